"""Transfers: refunds that officers send back, and what is said to those who transfer money"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = core.types.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "bank_account",
        sa.Column("payment_details", sa.Text(), nullable=False, server_default=""),
    )
    op.create_table(
        "bank_return",
        sa.Column("refund_id", ID, nullable=False),
        sa.Column("bank_line_id", ID, nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("confirmed_by_id", ID, nullable=True),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.CheckConstraint(
            "confirmed_by_id <> asked_by_id", name=op.f("ck_bank_return_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_bank_return_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["bank_line_id"], ["bank_line.id"], name=op.f("fk_bank_return_bank_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_bank_return_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["sponsor_refund.id"], name=op.f("fk_bank_return_refund_id")
        ),
        sa.PrimaryKeyConstraint("refund_id", name=op.f("pk_bank_return")),
        sa.UniqueConstraint("bank_line_id", name=op.f("uq_bank_return_bank_line_id")),
    )


def downgrade() -> None:
    op.drop_table("bank_return")
    op.drop_column("bank_account", "payment_details")
