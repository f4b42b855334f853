"""Questions about lines; lines are found by fund, purpose or payee, code and day"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = core.types.UtcDateTime(timezone=True)
OPEN = sa.text("answered_at IS NULL AND hidden_at IS NULL")
# What lines were found by, and are found by now.
BEFORE = {
    "ix_transfer_fund_id_id": ["fund_id", "id"],
    "ix_transfer_cost_centre_id_id": ["cost_centre_id", "id"],
    "ix_transfer_payee_id_id": ["payee_id", "id"],
    "ix_transfer_code_id": ["code", "id"],
}
AFTER = {
    "ix_transfer_fund": ["fund_id", "code", "effective_on", "id"],
    "ix_transfer_cost_centre": ["cost_centre_id", "code", "effective_on", "id"],
    "ix_transfer_payee": ["payee_id", "code", "effective_on", "id"],
    "ix_transfer_code": ["code", "effective_on", "id"],
}


def upgrade() -> None:
    op.create_table(
        "line_question",
        sa.Column("id", ID, nullable=False),
        sa.Column("transfer_id", ID, nullable=False),
        sa.Column("fund_id", ID, nullable=False),
        sa.Column("asked_by_id", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("hidden_by_id", ID, nullable=True),
        sa.Column("hidden_reason", sa.String(length=300), nullable=True),
        sa.Column("hidden_at", AT, nullable=True),
        sa.CheckConstraint(
            "answered_by_id <> asked_by_id", name=op.f("ck_line_question_two_people")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_line_question_answer")
        ),
        sa.CheckConstraint(
            "(hidden_at IS NULL) = (hidden_reason IS NULL)", name=op.f("ck_line_question_hidden")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{other}.id"], name=op.f(f"fk_line_question_{column}")
            )
            for column, other in (
                ("transfer_id", "transfer"),
                ("fund_id", "fund"),
                ("asked_by_id", "person"),
                ("answered_by_id", "person"),
                ("hidden_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_question")),
    )
    for column in ("transfer_id", "asked_by_id", "answered_by_id", "hidden_by_id"):
        op.create_index(op.f(f"ix_line_question_{column}"), "line_question", [column])
    op.create_index(
        "ix_line_question_open",
        "line_question",
        ["due_on"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    _replace(BEFORE, AFTER)


def downgrade() -> None:
    _replace(AFTER, BEFORE)
    op.drop_table("line_question")


def _replace(old: dict[str, list[str]], new: dict[str, list[str]]) -> None:
    for name, columns in new.items():
        op.create_index(name, "transfer", columns)
    for name in old:
        op.drop_index(name, table_name="transfer")
