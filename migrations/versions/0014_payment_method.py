"""By which method of a provider something is paid, so that it can be asked for again alike"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment", sa.Column("method", sa.String(12), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("payment", "method")
