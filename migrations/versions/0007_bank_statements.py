"""Bank accounts with their statements, matches to the journal, and papers of vouchers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import core.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AT = core.types.UtcDateTime(timezone=True)
LIVE = sa.text("ended_at IS NULL")
LIVE_INVOICE = sa.text("live AND kind = 'invoice'")
FOREIGN = {
    "bank_account": {"area_id": "area"},
    "bank_statement": {"bank_account_id": "bank_account", "imported_by_id": "person"},
    "bank_line": {"bank_account_id": "bank_account", "statement_id": "bank_statement"},
    "bank_match": {
        "line_id": "bank_line",
        "transfer_id": "transfer",
        "matched_by_id": "person",
        "ended_by_id": "person",
    },
    "document": {"voucher_id": "voucher", "payee_id": "payee", "added_by_id": "person"},
}


def _table(name: str, *parts: sa.Column | sa.Constraint) -> None:
    """A table with the given parts, its primary key and its foreign keys."""
    keys = [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{name}_{column}"))
        for column, other in FOREIGN[name].items()
    ]
    primary = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))
    op.create_table(name, sa.Column("id", ID, nullable=False), *parts, *keys, primary)


def _once(table: str, columns: list[str], where: sa.TextClause) -> None:
    name = op.f(f"uq_{table}_{'_'.join(columns)}")
    options = {"sqlite_where": where, "postgresql_where": where}
    op.create_index(name, table, columns, unique=True, **options)


def _checked(table: str, name: str, text: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    _bank()
    _papers()


def _bank() -> None:
    _table(
        "bank_account",
        sa.Column("area_id", ID, nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("mapping", JSON, nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("unmatched", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("counted_at", AT, nullable=True),
    )
    op.create_index(op.f("ix_bank_account_area_id"), "bank_account", ["area_id"])
    # SQLite adds a column together with its foreign key, but no foreign key alone.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE fund ADD COLUMN bank_account_id {kind} "
        "CONSTRAINT fk_fund_bank_account_id REFERENCES bank_account (id)"
    )
    op.create_index(op.f("ix_fund_bank_account_id"), "fund", ["bank_account_id"])
    _table(
        "bank_statement",
        sa.Column("bank_account_id", ID, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("opening", sa.BigInteger(), nullable=True),
        sa.Column("closing", sa.BigInteger(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("imported_by_id", ID, nullable=False),
        sa.Column("imported_at", AT, nullable=False),
        sa.UniqueConstraint(
            "bank_account_id", "sha256", name=op.f("uq_bank_statement_bank_account_id_sha256")
        ),
        _checked("bank_statement", "period", "from_on <= to_on"),
        _checked("bank_statement", "counts", "lines >= 0 AND known >= 0"),
    )
    name = op.f("ix_bank_statement_bank_account_id")
    op.create_index(name, "bank_statement", ["bank_account_id"])
    _lines()


def _lines() -> None:
    _table(
        "bank_line",
        sa.Column("statement_id", ID, nullable=False),
        sa.Column("bank_account_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reference", sa.String(length=140), nullable=False),
        sa.Column("counterparty", sa.String(length=140), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("bank_id", sa.String(length=80), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.UniqueConstraint(
            "bank_account_id", "fingerprint", name=op.f("uq_bank_line_bank_account_id_fingerprint")
        ),
        sa.UniqueConstraint(
            "statement_id", "position", name=op.f("uq_bank_line_statement_id_position")
        ),
        _checked("bank_line", "amount", "amount <> 0"),
    )
    name = op.f("ix_bank_line_bank_account_id_booked_on")
    op.create_index(name, "bank_line", ["bank_account_id", "booked_on"])
    _table(
        "bank_match",
        sa.Column("line_id", ID, nullable=False),
        sa.Column("transfer_id", ID, nullable=False),
        sa.Column("matched_by_id", ID, nullable=False),
        sa.Column("matched_at", AT, nullable=False),
        sa.Column("ended_by_id", ID, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        _checked("bank_match", "ended", "(ended_at IS NULL) = (ended_by_id IS NULL)"),
    )
    _once("bank_match", ["line_id"], LIVE)
    _once("bank_match", ["transfer_id"], LIVE)


def _papers() -> None:
    _table(
        "document",
        sa.Column("voucher_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("original_sha256", sa.String(length=64), nullable=False),
        sa.Column("original_mime", sa.String(length=20), nullable=False),
        sa.Column("original_size", sa.Integer(), nullable=False),
        sa.Column("public_sha256", sa.String(length=64), nullable=False),
        sa.Column("public_mime", sa.String(length=20), nullable=False),
        sa.Column("public_size", sa.Integer(), nullable=False),
        sa.Column("payee_id", ID, nullable=True),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("number_key", sa.String(length=60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("added_by_id", ID, nullable=False),
        sa.Column("added_at", AT, nullable=False),
        _checked("document", "amount", "amount IS NULL OR amount > 0"),
        _checked(
            "document",
            "invoice",
            "kind <> 'invoice' OR (number <> '' AND number_key <> '' AND issued_on IS NOT NULL"
            " AND amount IS NOT NULL AND payee_id IS NOT NULL)",
        ),
    )
    op.create_index(op.f("ix_document_voucher_id"), "document", ["voucher_id"])
    _once("document", ["payee_id", "number_key", "amount"], LIVE_INVOICE)
    _once("document", ["original_sha256"], LIVE_INVOICE)


def downgrade() -> None:
    op.drop_index("ix_fund_bank_account_id", "fund")
    op.drop_column("fund", "bank_account_id")
    for table in ("document", "bank_match", "bank_line", "bank_statement", "bank_account"):
        op.drop_table(table)
