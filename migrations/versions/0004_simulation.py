"""Trying the rules on past votes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import core.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "simulation",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=True),
        sa.Column("sub_budget_id", ID, nullable=True),
        sa.Column("title", JSON, nullable=False),
        sa.Column("currency", sa.String(length=10), nullable=False),
        sa.Column("wishes", JSON, nullable=False),
        sa.Column("election", JSON, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("error", JSON, nullable=False),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("beat_at", core.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", core.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_simulation_area_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_simulation_owner_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_simulation_round_id")),
        sa.ForeignKeyConstraint(
            ["sub_budget_id"], ["sub_budget.id"], name=op.f("fk_simulation_sub_budget_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation")),
    )
    for column in ("area_id", "created_at", "owner_id"):
        op.create_index(op.f(f"ix_simulation_{column}"), "simulation", [column], unique=False)
    op.create_table(
        "simulation_file",
        sa.Column("simulation_id", ID, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["simulation_id"], ["simulation.id"], name=op.f("fk_simulation_file_simulation_id")
        ),
        sa.PrimaryKeyConstraint("simulation_id", name=op.f("pk_simulation_file")),
    )
    op.create_table(
        "simulation_run",
        sa.Column("id", ID, nullable=False),
        sa.Column("simulation_id", ID, nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("result", JSON, nullable=False),
        sa.Column("error", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["simulation_id"], ["simulation.id"], name=op.f("fk_simulation_run_simulation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_run")),
        sa.UniqueConstraint(
            "simulation_id", "rule", name=op.f("uq_simulation_run_simulation_id_rule")
        ),
    )


def downgrade() -> None:
    op.drop_table("simulation_run")
    op.drop_table("simulation_file")
    op.drop_table("simulation")
