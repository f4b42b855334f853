"""Funds, vouchers and the journal, which keeps its sums by itself and cannot be changed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import core.types
from core.guards import append_only

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AT = core.types.UtcDateTime(timezone=True)
TABLES = (
    "cost_centre",
    "approval_rule",
    "fund",
    "payee",
    "period_closing",
    "turnover",
    "account",
    "voucher",
    "approval",
    "balance",
    "transfer",
)
# A line is refused in a closed period; a written one is added to the balances of both accounts,
# and to the sums by purpose, payee, code and month, in which a reversal counts less.
CLOSED = """SELECT 1 FROM fund WHERE id = NEW.fund_id AND closed_until >= NEW.effective_on"""
SUMS = """
    UPDATE balance SET lines = lines + 1,
        debits = debits + CASE WHEN account_id = NEW.debit_id THEN NEW.amount ELSE 0 END,
        credits = credits + CASE WHEN account_id = NEW.credit_id THEN NEW.amount ELSE 0 END
        WHERE account_id IN (NEW.debit_id, NEW.credit_id);
    INSERT INTO turnover (fund_id, cost_centre_id, payee_id, code, month, lines, amount)
        VALUES (NEW.fund_id, coalesce(NEW.cost_centre_id, 0), coalesce(NEW.payee_id, 0), NEW.code,
            {month}, 1, CASE WHEN NEW.reverses_id IS NULL THEN NEW.amount ELSE -NEW.amount END)
        ON CONFLICT (fund_id, cost_centre_id, payee_id, code, month) DO UPDATE
        SET lines = turnover.lines + 1, amount = turnover.amount + excluded.amount;
"""
SQLITE = (
    f"""CREATE TRIGGER transfer_open BEFORE INSERT ON transfer WHEN EXISTS ({CLOSED})
        BEGIN SELECT RAISE(ABORT, 'the books are closed for this day'); END""",
    f"""CREATE TRIGGER transfer_sums AFTER INSERT ON transfer BEGIN
        {SUMS.format(month="date(NEW.effective_on, 'start of month')")} END""",
)
POSTGRESQL = (
    # Room on each page for the next version of a row that changes all the time.
    "ALTER TABLE balance SET (fillfactor = 40)",
    "ALTER TABLE turnover SET (fillfactor = 70)",
    f"""CREATE FUNCTION transfer_open() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS ({CLOSED}) THEN
                RAISE EXCEPTION 'the books are closed for this day'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NULL;
        END $$""",
    f"""CREATE FUNCTION transfer_sums() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            {SUMS.format(month="date_trunc('month', NEW.effective_on)::date")}
            RETURN NULL;
        END $$""",
    # After the foreign keys' own triggers, whose names come first: they hold the fund's row, so
    # that a closing waits for this line, or this line sees the closing.
    """CREATE TRIGGER transfer_open AFTER INSERT ON transfer
        FOR EACH ROW EXECUTE FUNCTION transfer_open()""",
    """CREATE TRIGGER transfer_sums AFTER INSERT ON transfer
        FOR EACH ROW EXECUTE FUNCTION transfer_sums()""",
)
KEYS = {
    "transfer": [["id"], ["idempotency_key"], ["reverses_id"]],
    "approval": [["id"], ["voucher_id", "person_id"]],
}


def upgrade() -> None:
    op.create_table(
        "cost_centre",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("title", JSON, nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.CheckConstraint(
            "cost IS NULL OR (cost > 0 AND currency IS NOT NULL)", name=op.f("ck_cost_centre_cost")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_cost_centre_area_id")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["cost_centre.id"], name=op.f("fk_cost_centre_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_centre")),
        sa.UniqueConstraint("kind", "ref", name=op.f("uq_cost_centre_kind_ref")),
    )
    op.create_index("ix_cost_centre_parent_id", "cost_centre", ["parent_id"], unique=False)

    op.create_table(
        "approval_rule",
        sa.Column("area_id", ID, nullable=False),
        sa.Column("finance_most", sa.BigInteger(), nullable=False),
        sa.Column("approver_most", sa.BigInteger(), nullable=False),
        sa.Column("three_above", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "finance_most >= 0 AND approver_most >= finance_most AND three_above >= 0",
            name=op.f("ck_approval_rule_order"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_approval_rule_area_id")),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_approval_rule")),
    )
    op.create_table(
        "fund",
        sa.Column("id", ID, nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=True),
        sa.Column("closed_until", sa.Date(), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.CheckConstraint("planned IS NULL OR planned >= 0", name=op.f("ck_fund_planned")),
        sa.CheckConstraint("year BETWEEN 2000 AND 2200", name=op.f("ck_fund_year")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_fund_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund")),
        sa.UniqueConstraint(
            "area_id", "kind", "year", "currency", name=op.f("uq_fund_area_id_kind_year_currency")
        ),
        sa.UniqueConstraint("id", "currency", name=op.f("uq_fund_id_currency")),
    )
    op.create_index("ix_fund_area_id", "fund", ["area_id"], unique=False)

    op.create_table(
        "payee",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_payee_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payee")),
        sa.UniqueConstraint("code", name=op.f("uq_payee_code")),
    )
    op.create_table(
        "period_closing",
        sa.Column("id", ID, nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("approved_by_id", ID, nullable=True),
        sa.Column("approved_at", AT, nullable=True),
        sa.CheckConstraint(
            "approved_by_id <> asked_by_id", name=op.f("ck_period_closing_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_period_closing_approved_by_id")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_period_closing_area_id")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_period_closing_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_closing")),
        sa.UniqueConstraint("area_id", "ends_on", name=op.f("uq_period_closing_area_id_ends_on")),
    )
    op.create_index("ix_period_closing_area_id", "period_closing", ["area_id"], unique=False)

    op.create_table(
        "turnover",
        sa.Column("fund_id", ID, nullable=False),
        sa.Column("cost_centre_id", ID, autoincrement=False, nullable=False),
        sa.Column("payee_id", ID, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_turnover_fund_id")),
        sa.PrimaryKeyConstraint(
            "fund_id", "cost_centre_id", "payee_id", "code", "month", name=op.f("pk_turnover")
        ),
    )
    op.create_index("ix_turnover_cost_centre_id", "turnover", ["cost_centre_id"], unique=False)
    op.create_index("ix_turnover_payee_id", "turnover", ["payee_id"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("fund_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cost_centre_id", ID, nullable=True),
        sa.Column("payee_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["cost_centre_id"], ["cost_centre.id"], name=op.f("fk_account_cost_centre_id")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_account_fund_id")),
        sa.ForeignKeyConstraint(["payee_id"], ["payee.id"], name=op.f("fk_account_payee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("id", "fund_id", name=op.f("uq_account_id_fund_id")),
        sa.UniqueConstraint("key", name=op.f("uq_account_key")),
    )
    op.create_index("ix_account_cost_centre_id", "account", ["cost_centre_id"], unique=False)
    op.create_index("ix_account_fund_id", "account", ["fund_id"], unique=False)
    op.create_index("ix_account_kind", "account", ["kind"], unique=False)
    op.create_index("ix_account_payee_id", "account", ["payee_id"], unique=False)

    op.create_table(
        "voucher",
        sa.Column("id", ID, nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("fund_id", ID, nullable=False),
        sa.Column("to_fund_id", ID, nullable=True),
        sa.Column("cost_centre_id", ID, nullable=True),
        sa.Column("payee_id", ID, nullable=True),
        sa.Column("reverses_id", ID, nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("purpose", sa.String(length=300), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("requested_by_id", ID, nullable=False),
        sa.Column("requested_at", AT, nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_voucher_amount")),
        sa.ForeignKeyConstraint(
            ["cost_centre_id"], ["cost_centre.id"], name=op.f("fk_voucher_cost_centre_id")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_voucher_fund_id")),
        sa.ForeignKeyConstraint(["payee_id"], ["payee.id"], name=op.f("fk_voucher_payee_id")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["person.id"], name=op.f("fk_voucher_requested_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["voucher.id"], name=op.f("fk_voucher_reverses_id")
        ),
        sa.ForeignKeyConstraint(["to_fund_id"], ["fund.id"], name=op.f("fk_voucher_to_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("id", "requested_by_id", name=op.f("uq_voucher_id_requested_by_id")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_voucher_idempotency_key")),
    )
    op.create_index("ix_voucher_cost_centre_id", "voucher", ["cost_centre_id"], unique=False)
    op.create_index("ix_voucher_fund_id", "voucher", ["fund_id"], unique=False)
    op.create_index("ix_voucher_kind", "voucher", ["kind"], unique=False)
    op.create_index("ix_voucher_payee_id", "voucher", ["payee_id"], unique=False)
    op.create_index("ix_voucher_requested_by_id", "voucher", ["requested_by_id"], unique=False)
    op.create_index("ix_voucher_reverses_id", "voucher", ["reverses_id"], unique=False)
    op.create_index("ix_voucher_state", "voucher", ["state"], unique=False)
    op.create_index("ix_voucher_to_fund_id", "voucher", ["to_fund_id"], unique=False)

    op.create_table(
        "approval",
        sa.Column("id", ID, nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.CheckConstraint("person_id <> requested_by_id", name=op.f("ck_approval_two_people")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_approval_person_id")),
        sa.ForeignKeyConstraint(
            ["voucher_id", "requested_by_id"],
            ["voucher.id", "voucher.requested_by_id"],
            name=op.f("fk_approval_voucher_id_requested_by_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint(
            "voucher_id", "person_id", name=op.f("uq_approval_voucher_id_person_id")
        ),
    )
    op.create_index("ix_approval_voucher_id", "approval", ["voucher_id"], unique=False)

    op.create_table(
        "balance",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("debit_normal", sa.Boolean(), nullable=False),
        sa.Column("floored", sa.Boolean(), nullable=False),
        sa.Column("debits", sa.BigInteger(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT floored OR (debit_normal AND debits >= credits)"
            " OR (NOT debit_normal AND credits >= debits)",
            name=op.f("ck_balance_floor"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_balance_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_balance")),
    )
    op.create_table(
        "transfer",
        sa.Column("id", ID, nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("debit_id", sa.Integer(), nullable=False),
        sa.Column("credit_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("cost_centre_id", ID, nullable=True),
        sa.Column("payee_id", ID, nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reverses_id", ID, nullable=True),
        sa.Column("voucher_id", ID, nullable=True),
        sa.Column("source_ref", sa.String(length=120), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("approver_id", ID, nullable=True),
        sa.CheckConstraint(
            "(actor_id IS NULL AND approver_id IS NULL AND code = 'commit')"
            " OR (actor_id IS NOT NULL AND approver_id IS NOT NULL AND actor_id <> approver_id)",
            name=op.f("ck_transfer_two_people"),
        ),
        sa.CheckConstraint(
            "amount > 0 AND amount = CAST(amount AS BIGINT)", name=op.f("ck_transfer_amount")
        ),
        sa.CheckConstraint("debit_id <> credit_id", name=op.f("ck_transfer_two_accounts")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_transfer_actor_id")),
        sa.ForeignKeyConstraint(
            ["approver_id"], ["person.id"], name=op.f("fk_transfer_approver_id")
        ),
        sa.ForeignKeyConstraint(
            ["cost_centre_id"], ["cost_centre.id"], name=op.f("fk_transfer_cost_centre_id")
        ),
        sa.ForeignKeyConstraint(
            ["credit_id", "fund_id"],
            ["account.id", "account.fund_id"],
            name=op.f("fk_transfer_credit_id_fund_id"),
        ),
        sa.ForeignKeyConstraint(
            ["debit_id", "fund_id"],
            ["account.id", "account.fund_id"],
            name=op.f("fk_transfer_debit_id_fund_id"),
        ),
        sa.ForeignKeyConstraint(
            ["fund_id", "currency"],
            ["fund.id", "fund.currency"],
            name=op.f("fk_transfer_fund_id_currency"),
        ),
        sa.ForeignKeyConstraint(["payee_id"], ["payee.id"], name=op.f("fk_transfer_payee_id")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["transfer.id"], name=op.f("fk_transfer_reverses_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_transfer_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_transfer_idempotency_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_transfer_reverses_id")),
    )
    op.create_index("ix_transfer_code_id", "transfer", ["code", "id"], unique=False)
    op.create_index(
        "ix_transfer_cost_centre_id_id", "transfer", ["cost_centre_id", "id"], unique=False
    )
    op.create_index("ix_transfer_credit_id_id", "transfer", ["credit_id", "id"], unique=False)
    op.create_index("ix_transfer_debit_id_id", "transfer", ["debit_id", "id"], unique=False)
    op.create_index("ix_transfer_effective_on", "transfer", ["effective_on"], unique=False)
    op.create_index("ix_transfer_fund_id_id", "transfer", ["fund_id", "id"], unique=False)
    op.create_index("ix_transfer_group_id", "transfer", ["group_id"], unique=False)
    op.create_index("ix_transfer_payee_id_id", "transfer", ["payee_id", "id"], unique=False)
    op.create_index("ix_transfer_voucher_id", "transfer", ["voucher_id"], unique=False)
    dialect = op.get_bind().dialect.name
    for statement in SQLITE if dialect == "sqlite" else POSTGRESQL:
        op.execute(sa.text(statement.replace(":", "\\:")))
    for table, keys in KEYS.items():
        for statement in append_only(table, dialect, keys=keys):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION transfer_open()")
        op.execute("DROP FUNCTION transfer_sums()")
