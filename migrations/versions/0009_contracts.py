"""Contracts and accepted work, out of which a project's invoices are paid"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import core.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AT = core.types.UtcDateTime(timezone=True)

# Once a project is by contract, nothing is taken straight from what is committed to it.
STRAIGHT = """SELECT 1 FROM account JOIN cost_centre ON cost_centre.id = account.cost_centre_id
    WHERE account.id = NEW.debit_id AND account.kind = 'encumbrance' AND cost_centre.by_contract"""
SPENDS = "NEW.code = 'spend' AND NEW.reverses_id IS NULL"
SAID = "this project is paid for accepted work only"
SQLITE = (
    f"""CREATE TRIGGER transfer_contract BEFORE INSERT ON transfer
        WHEN {SPENDS} AND EXISTS ({STRAIGHT}) BEGIN SELECT RAISE(ABORT, '{SAID}'); END""",
)
POSTGRESQL = (
    f"""CREATE FUNCTION transfer_contract() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS ({STRAIGHT}) THEN
                RAISE EXCEPTION '{SAID}' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NULL;
        END $$""",
    f"""CREATE TRIGGER transfer_contract AFTER INSERT ON transfer
        FOR EACH ROW WHEN ({SPENDS}) EXECUTE FUNCTION transfer_contract()""",
)


def upgrade() -> None:
    op.create_table(
        "accepted_work",
        sa.Column("id", ID, nullable=False),
        sa.Column("cost_centre_id", ID, nullable=False),
        sa.Column("payee_id", ID, nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("accepted_at", AT, nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_accepted_work_amount")),
        sa.ForeignKeyConstraint(
            ["cost_centre_id"], ["cost_centre.id"], name=op.f("fk_accepted_work_cost_centre_id")
        ),
        sa.ForeignKeyConstraint(["payee_id"], ["payee.id"], name=op.f("fk_accepted_work_payee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accepted_work")),
        sa.UniqueConstraint("ref", name=op.f("uq_accepted_work_ref")),
    )
    op.create_index("ix_accepted_work_cost_centre_id", "accepted_work", ["cost_centre_id"])
    op.create_index("ix_accepted_work_payee_id", "accepted_work", ["payee_id"])
    made = sa.Column("by_contract", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("cost_centre", made)
    # In plain words, as SQLite takes a foreign key along with its column only.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE voucher ADD COLUMN work_id {kind} "
        "CONSTRAINT fk_voucher_work_id REFERENCES accepted_work (id)"
    )
    op.create_index(op.f("ix_voucher_work_id"), "voucher", ["work_id"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER transfer_contract")
    else:
        op.execute("DROP TRIGGER transfer_contract ON transfer")
        op.execute("DROP FUNCTION transfer_contract()")
    op.drop_index("ix_voucher_work_id", "voucher")
    op.drop_column("voucher", "work_id")
    op.drop_column("cost_centre", "by_contract")
    op.drop_table("accepted_work")
