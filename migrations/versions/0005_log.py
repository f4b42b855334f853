"""The log's tree and checkpoints; what is recorded can no longer be changed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.types
from core.guards import append_only, unguarded

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WAITING = sa.text("seq IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_leaf_waiting", "leaf", ["id"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_table(
        "log_tile",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_log_tile")),
    )
    op.create_table(
        "checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.Column("signed_at", core.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "cosignature",
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("witness", sa.String(length=300), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("received_at", core.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["size"], ["checkpoint.size"], name=op.f("fk_cosignature_size")),
        sa.PrimaryKeyConstraint("size", "witness", name=op.f("pk_cosignature")),
    )
    op.create_table(
        "log_state",
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("since", core.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_log_state")),
    )
    for statement in _guards(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in ("leaf_subject", "leaf"):
        for statement in unguarded(table, dialect):
            op.execute(statement)
    for table in ("log_state", "cosignature", "checkpoint", "log_tile"):
        op.drop_table(table)
    if dialect == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
    op.drop_index("ix_leaf_waiting", table_name="leaf")


def _guards(dialect: str) -> list[str]:
    leaf = append_only(
        "leaf",
        dialect,
        keys=[("id",), ("seq",)],
        once=["seq"],
        fixed=["id", "type", "occurred_at", "body"],
    )
    subject = append_only("leaf_subject", dialect, keys=[("leaf_id", "kind", "ref")])
    checkpoint = append_only("checkpoint", dialect, keys=[("size",)])
    cosignature = append_only("cosignature", dialect, keys=[("size", "witness")])
    return [*leaf, *subject, *checkpoint, *cosignature]
