"""Reports of tallies, and budgets that are counted while their round is not"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("tally", sa.Column("report", JSON, nullable=True))
    op.create_table(
        "partial_tally",
        sa.Column("round_id", ID, nullable=False),
        sa.Column("sub_budget_id", ID, nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("outcome", JSON, nullable=False),
        sa.Column("report", JSON, nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_partial_tally_round_id")),
        sa.ForeignKeyConstraint(
            ["sub_budget_id"], ["sub_budget.id"], name=op.f("fk_partial_tally_sub_budget_id")
        ),
        sa.PrimaryKeyConstraint("round_id", "sub_budget_id", name=op.f("pk_partial_tally")),
    )


def downgrade() -> None:
    op.drop_table("partial_tally")
    op.drop_column("tally", "report")
