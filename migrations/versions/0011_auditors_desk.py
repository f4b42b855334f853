"""The auditor's desk: flags, samples, findings, working papers, what auditors looked at"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import core.types
from core.guards import append_only

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AT = core.types.UtcDateTime(timezone=True)
GOING = sa.text("going")
TABLES = (
    "flag_mark",
    "flag_run",
    "look",
    "sample",
    "finding",
    "flag_step",
    "finding_entry",
    "finding_evidence",
    "flag",
    "sample_item",
    "flag_evidence",
    "working_paper",
)
ONLY_GROW = ("finding_entry", "look")


def upgrade() -> None:
    op.create_table(
        "flag_mark",
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("marks", JSON, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_flag_mark")),
    )
    op.create_table(
        "flag_run",
        sa.Column("id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("going", sa.Boolean(), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("marks", JSON, nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("error", JSON, nullable=False),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("beat_at", AT, nullable=True),
        sa.Column("asked_by_id", ID, nullable=True),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("began_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.CheckConstraint(
            "going = (state IN ('waiting', 'running'))", name=op.f("ck_flag_run_going")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_flag_run_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_run")),
    )
    op.create_index(
        "uq_flag_run_going",
        "flag_run",
        ["going"],
        unique=True,
        sqlite_where=GOING,
        postgresql_where=GOING,
    )

    op.create_table(
        "look",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("permission", sa.String(length=60), nullable=False),
        sa.Column("endpoint", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_look_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
    )
    op.create_index("ix_look_person_id_id", "look", ["person_id", "id"])

    op.create_table(
        "sample",
        sa.Column("id", ID, nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("params", JSON, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("population_sha256", sa.String(length=64), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("frame", JSON, nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("leaf_id", ID, nullable=True),
        sa.Column("checkpoint_size", sa.Integer(), nullable=True),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("drawn_at", AT, nullable=True),
        sa.CheckConstraint("(seed IS NULL) = (drawn_at IS NULL)", name=op.f("ck_sample_drawn")),
        sa.CheckConstraint("size > 0 AND population >= 0", name=op.f("ck_sample_size")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_sample_area_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_sample_asked_by_id")),
        sa.ForeignKeyConstraint(["leaf_id"], ["leaf.id"], name=op.f("fk_sample_leaf_id")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["organisation.id"], name=op.f("fk_sample_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
    )
    op.create_index(op.f("ix_sample_area_id"), "sample", ["area_id"])

    op.create_table(
        "finding",
        sa.Column("id", ID, nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("department_id", ID, nullable=False),
        sa.Column("payee_id", ID, nullable=True),
        sa.Column("company_id", ID, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("visibility", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("written_by_id", ID, nullable=False),
        sa.Column("written_at", AT, nullable=False),
        sa.Column("issued_by_id", ID, nullable=True),
        sa.Column("issued_at", AT, nullable=True),
        sa.Column("first_due_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("published_at", AT, nullable=True),
        sa.Column("verdict", sa.String(length=12), nullable=True),
        sa.Column("closed_by_id", ID, nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_finding_closed")
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (verdict IS NOT NULL)", name=op.f("ck_finding_verdict")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'dropped') OR (issued_at IS NOT NULL"
            " AND first_due_on IS NOT NULL AND due_on IS NOT NULL)",
            name=op.f("ck_finding_issued"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_finding_area_id")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["person.id"], name=op.f("fk_finding_closed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["organisation.id"], name=op.f("fk_finding_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["organisation.id"], name=op.f("fk_finding_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_finding_issued_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["organisation.id"], name=op.f("fk_finding_office_id")
        ),
        sa.ForeignKeyConstraint(["payee_id"], ["payee.id"], name=op.f("fk_finding_payee_id")),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_finding_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_area_id"), "finding", ["area_id"])
    op.create_index(op.f("ix_finding_company_id"), "finding", ["company_id"])
    op.create_index(op.f("ix_finding_department_id"), "finding", ["department_id"])
    op.create_index(op.f("ix_finding_payee_id"), "finding", ["payee_id"])
    op.create_index("ix_finding_state_due_on", "finding", ["state", "due_on"])

    op.create_table(
        "flag_step",
        sa.Column("run_id", ID, nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("lapsed", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("ended_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["flag_run.id"], name=op.f("fk_flag_step_run_id")),
        sa.PrimaryKeyConstraint("run_id", "rule", name=op.f("pk_flag_step")),
    )
    op.create_table(
        "finding_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("finding_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("by_department", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("at", AT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_finding_entry_by_id")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_entry_finding_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_entry")),
    )
    op.create_index(op.f("ix_finding_entry_finding_id"), "finding_entry", ["finding_id"])

    op.create_table(
        "finding_evidence",
        sa.Column("finding_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_evidence_finding_id")
        ),
        sa.PrimaryKeyConstraint("finding_id", "kind", "ref", name=op.f("pk_finding_evidence")),
    )
    op.create_index("ix_finding_evidence_kind_ref", "finding_evidence", ["kind", "ref"])

    op.create_table(
        "flag",
        sa.Column("id", ID, nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_ref", sa.String(length=40), nullable=False),
        sa.Column("params", JSON, nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("found_at", AT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("dismissed_by_id", ID, nullable=True),
        sa.Column("dismissed_at", AT, nullable=True),
        sa.Column("dismissed_reason", sa.String(length=500), nullable=True),
        sa.Column("finding_id", ID, nullable=True),
        sa.CheckConstraint(
            "(state = 'dismissed') = (dismissed_at IS NOT NULL)"
            " AND (dismissed_at IS NULL) = (dismissed_reason IS NULL)",
            name=op.f("ck_flag_dismissed"),
        ),
        sa.CheckConstraint(
            "(state = 'finding') = (finding_id IS NOT NULL)", name=op.f("ck_flag_finding")
        ),
        sa.CheckConstraint("weight BETWEEN 1 AND 100", name=op.f("ck_flag_weight")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_flag_area_id")),
        sa.ForeignKeyConstraint(
            ["dismissed_by_id"], ["person.id"], name=op.f("fk_flag_dismissed_by_id")
        ),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_flag_finding_id")),
        sa.ForeignKeyConstraint(["run_id"], ["flag_run.id"], name=op.f("fk_flag_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("rule", "key", name=op.f("uq_flag_rule_key")),
    )
    op.create_index(op.f("ix_flag_area_id"), "flag", ["area_id"])
    op.create_index(op.f("ix_flag_finding_id"), "flag", ["finding_id"])
    op.create_index("ix_flag_rule_scope", "flag", ["rule", "scope"])
    op.create_index(op.f("ix_flag_run_id"), "flag", ["run_id"])
    op.create_index("ix_flag_state_weight", "flag", ["state", "weight"])

    op.create_table(
        "sample_item",
        sa.Column("id", ID, nullable=False),
        sa.Column("sample_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("voucher_id", ID, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("looked_by_id", ID, nullable=True),
        sa.Column("looked_at", AT, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("finding_id", ID, nullable=True),
        sa.CheckConstraint(
            "(looked_at IS NULL) = (looked_by_id IS NULL)", name=op.f("ck_sample_item_looked")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_sample_item_finding_id")
        ),
        sa.ForeignKeyConstraint(
            ["looked_by_id"], ["person.id"], name=op.f("fk_sample_item_looked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_sample_item_sample_id")
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_sample_item_voucher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_item")),
        sa.UniqueConstraint(
            "sample_id", "position", name=op.f("uq_sample_item_sample_id_position")
        ),
        sa.UniqueConstraint(
            "sample_id", "voucher_id", name=op.f("uq_sample_item_sample_id_voucher_id")
        ),
    )
    op.create_index(op.f("ix_sample_item_finding_id"), "sample_item", ["finding_id"])
    op.create_index(op.f("ix_sample_item_voucher_id"), "sample_item", ["voucher_id"])

    op.create_table(
        "flag_evidence",
        sa.Column("flag_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_flag_evidence_flag_id")),
        sa.PrimaryKeyConstraint("flag_id", "position", name=op.f("pk_flag_evidence")),
    )
    op.create_index("ix_flag_evidence_kind_ref", "flag_evidence", ["kind", "ref"])

    op.create_table(
        "working_paper",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("finding_id", ID, nullable=True),
        sa.Column("item_id", ID, nullable=True),
        sa.Column("flag_id", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(length=100), nullable=True),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("file_mime", sa.String(length=20), nullable=True),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN finding_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN item_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN flag_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_working_paper_about_one"),
        ),
        sa.CheckConstraint(
            "(file_sha256 IS NULL) = (file_name IS NULL)", name=op.f("ck_working_paper_file")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_working_paper_by_id")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_working_paper_finding_id")
        ),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_working_paper_flag_id")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["sample_item.id"], name=op.f("fk_working_paper_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["organisation.id"], name=op.f("fk_working_paper_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_paper")),
    )
    op.create_index(op.f("ix_working_paper_finding_id"), "working_paper", ["finding_id"])
    op.create_index(op.f("ix_working_paper_flag_id"), "working_paper", ["flag_id"])
    op.create_index(op.f("ix_working_paper_item_id"), "working_paper", ["item_id"])
    op.create_index(op.f("ix_working_paper_office_id"), "working_paper", ["office_id"])
    for table in ONLY_GROW:
        for statement in append_only(table, op.get_bind().dialect.name, keys=[["id"]]):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
