"""Sponsorship: guidance calls, businesses, pledges, agreements, payments"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import core.types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AT = core.types.UtcDateTime(timezone=True)
TABLES = (
    "payout",
    "provider_event",
    "provider_line",
    "reconciliation",
    "agreement_template",
    "business",
    "business_paper",
    "business_relation",
    "guidance_call",
    "seat",
    "guidance_version",
    "opening",
    "pledge",
    "agreement",
    "instalment",
    "kind_receipt",
    "kind_photo",
    "payment",
    "pledge_release",
    "bank_confirmation",
    "dispute",
    "sponsor_refund",
)
MESSAGE = "an agreement does not change, and a signature stays"
FIXED = ("pledge_id", "template_id", "text", "sha256")
SIGNATURES = (
    "sponsor_signed_by_id",
    "sponsor_signed_at",
    "office_signed_by_id",
    "office_signed_at",
)


def guards(sqlite: bool) -> list[str]:
    """Whoever signed must find the same text again, and both signatures."""
    differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
    changed = [f"NEW.{name} {differs} OLD.{name}" for name in FIXED]
    changed += [
        f"(OLD.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in SIGNATURES
    ]
    when = " OR ".join(changed)
    signed = "OLD.sponsor_signed_at IS NOT NULL OR OLD.office_signed_at IS NOT NULL"
    if sqlite:
        # REPLACE would remove a signed one without a word.
        same = "id = NEW.id OR pledge_id = NEW.pledge_id"
        there = f"EXISTS (SELECT 1 FROM agreement WHERE {same})"  # nosec B608 # names of our own
        stop = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        return [
            f"CREATE TRIGGER agreement_update BEFORE UPDATE ON agreement WHEN {when} {stop}",
            f"CREATE TRIGGER agreement_delete BEFORE DELETE ON agreement WHEN {signed} {stop}",
            f"CREATE TRIGGER agreement_replace BEFORE INSERT ON agreement WHEN {there} {stop}",
        ]
    row = "FOR EACH ROW WHEN"
    function = "EXECUTE FUNCTION agreement_signed()"
    return [
        f"""CREATE FUNCTION agreement_signed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation'; END $$""",
        f"CREATE TRIGGER agreement_update BEFORE UPDATE ON agreement {row} ({when}) {function}",
        f"CREATE TRIGGER agreement_delete BEFORE DELETE ON agreement {row} ({signed}) {function}",
    ]


BY_VOTE = "code = 'commit'"
BY_RULE = (
    "code IN ('commit', 'dispute', 'dispute_fee', 'dispute_in', 'dispute_out', 'dispute_won',"
    " 'fee', 'late', 'match', 'payout', 'pledge', 'refund_due', 'refunded', 'restrict', 'settle',"
    " 'unmatch', 'unpledge', 'unrestrict')"
)


def booked_by_nobody(before: str, after: str) -> None:
    """Change which lines need no two people, without copying the journal: its triggers stay."""
    if op.get_bind().dialect.name == "sqlite":
        # https://sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes"
        op.execute("PRAGMA writable_schema=ON")
        old, new = (text.replace("'", "''") for text in (before, after))
        op.execute(
            f"UPDATE sqlite_master SET sql = replace(sql, '{old}', '{new}')"  # nosec B608 # our own
            " WHERE type = 'table' AND name = 'transfer'"
        )
        op.execute("PRAGMA writable_schema=RESET")
        return
    op.drop_constraint(op.f("ck_transfer_two_people"), "transfer")
    op.create_check_constraint(
        op.f("ck_transfer_two_people"),
        "transfer",
        f"(actor_id IS NULL AND approver_id IS NULL AND {after})"
        " OR (actor_id IS NOT NULL AND approver_id IS NOT NULL AND actor_id <> approver_id)",
    )


def upgrade() -> None:
    booked_by_nobody(BY_VOTE, BY_RULE)
    op.create_table(
        "payout",
        sa.Column("provider_ref", sa.String(length=120), nullable=False),
        sa.Column("provider", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("booked_at", AT, nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payout_amount")),
        sa.PrimaryKeyConstraint("provider_ref", name=op.f("pk_payout")),
    )
    op.create_table(
        "provider_event",
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("provider", sa.String(length=10), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("object_ref", sa.String(length=120), nullable=False),
        sa.Column("payload_sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("done_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_provider_event")),
    )
    op.create_index(
        op.f("ix_provider_event_object_ref"), "provider_event", ["object_ref"], unique=False
    )
    op.create_index(op.f("ix_provider_event_status"), "provider_event", ["status"], unique=False)
    op.create_table(
        "provider_line",
        sa.Column("provider_ref", sa.String(length=120), nullable=False),
        sa.Column("provider", sa.String(length=10), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("source_ref", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("occurred_at", AT, nullable=False),
        sa.Column("payout_ref", sa.String(length=120), nullable=True),
        sa.Column("group_key", sa.String(length=120), nullable=False),
        sa.Column("problem", sa.String(length=60), nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("provider_ref", name=op.f("pk_provider_line")),
    )
    op.create_index(
        "ix_provider_line_open", "provider_line", ["provider", "group_key"], unique=False
    )
    op.create_index(
        op.f("ix_provider_line_payout_ref"), "provider_line", ["payout_ref"], unique=False
    )
    op.create_index(
        op.f("ix_provider_line_source_ref"), "provider_line", ["source_ref"], unique=False
    )
    op.create_table(
        "reconciliation",
        sa.Column("id", ID, nullable=False),
        sa.Column("provider", sa.String(length=10), nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("unmatched", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("mended", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
    )
    op.create_index(
        op.f("ix_reconciliation_provider"), "reconciliation", ["provider"], unique=False
    )
    op.create_table(
        "agreement_template",
        sa.Column("id", ID, nullable=False),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("written_by_id", ID, nullable=True),
        sa.Column("written_at", AT, nullable=False),
        sa.Column("published_by_id", ID, nullable=True),
        sa.Column("published_at", AT, nullable=True),
        sa.CheckConstraint(
            "published_by_id <> written_by_id", name=op.f("ck_agreement_template_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_agreement_template_area_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_agreement_template_published_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_agreement_template_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_template")),
        sa.UniqueConstraint("area_id", "number", name=op.f("uq_agreement_template_area_id_number")),
    )
    op.create_index(
        op.f("ix_agreement_template_area_id"), "agreement_template", ["area_id"], unique=False
    )
    op.create_table(
        "business",
        sa.Column("id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("about", JSON, nullable=False),
        sa.Column("scheme", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("sector", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.Column("contact_name", sa.String(length=60), nullable=False),
        sa.Column("contact_phone", sa.String(length=30), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("created_by_id", ID, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("submitted_at", AT, nullable=True),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> created_by_id",
            name=op.f("ck_business_two_people"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_business_area_id")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_business_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_business_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_business_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_business_organisation_id")),
        sa.UniqueConstraint("scheme", "code", name=op.f("uq_business_scheme_code")),
    )
    op.create_index(op.f("ix_business_area_id"), "business", ["area_id"], unique=False)
    op.create_index(op.f("ix_business_state"), "business", ["state"], unique=False)
    op.create_table(
        "business_paper",
        sa.Column("id", ID, nullable=False),
        sa.Column("business_id", ID, nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("mime", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_by_id", ID, nullable=False),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("removed_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_business_paper_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_business_paper_business_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_paper")),
    )
    op.create_index(
        op.f("ix_business_paper_business_id"), "business_paper", ["business_id"], unique=False
    )
    op.create_table(
        "business_relation",
        sa.Column("id", ID, nullable=False),
        sa.Column("business_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("person_name", sa.String(length=60), nullable=False),
        sa.Column("company_name", sa.String(length=120), nullable=False),
        sa.Column("company_code", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("declared_by_id", ID, nullable=False),
        sa.Column("declared_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.CheckConstraint(
            "person_name <> '' OR company_name <> ''", name=op.f("ck_business_relation_whom")
        ),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_business_relation_business_id")
        ),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["person.id"], name=op.f("fk_business_relation_declared_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_relation")),
    )
    op.create_index(
        op.f("ix_business_relation_business_id"), "business_relation", ["business_id"], unique=False
    )
    op.create_table(
        "guidance_call",
        sa.Column("id", ID, nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("fund_id", ID, nullable=False),
        sa.Column("matching_fund_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_by_id", ID, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("published_at", AT, nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_guidance_call_area_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_guidance_call_fund_id")),
        sa.ForeignKeyConstraint(
            ["matching_fund_id"], ["fund.id"], name=op.f("fk_guidance_call_matching_fund_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_guidance_call_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_call")),
    )
    op.create_index(op.f("ix_guidance_call_area_id"), "guidance_call", ["area_id"], unique=False)
    op.create_index(op.f("ix_guidance_call_state"), "guidance_call", ["state"], unique=False)
    op.create_table(
        "seat",
        sa.Column("id", ID, nullable=False),
        sa.Column("business_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("invited_by_id", ID, nullable=False),
        sa.Column("invited_at", AT, nullable=False),
        sa.Column("accepted_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["business.id"], name=op.f("fk_seat_business_id")),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["person.id"], name=op.f("fk_seat_invited_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_seat_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
    )
    op.create_index(op.f("ix_seat_business_id"), "seat", ["business_id"], unique=False)
    op.create_index(op.f("ix_seat_person_id"), "seat", ["person_id"], unique=False)
    op.create_index(
        "uq_seat_live",
        "seat",
        ["business_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'ended'"),
        postgresql_where=sa.text("state <> 'ended'"),
    )
    op.create_table(
        "guidance_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("call_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("terms", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("written_by_id", ID, nullable=False),
        sa.Column("written_at", AT, nullable=False),
        sa.Column("published_by_id", ID, nullable=True),
        sa.Column("published_at", AT, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "published_by_id <> written_by_id", name=op.f("ck_guidance_version_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["guidance_call.id"], name=op.f("fk_guidance_version_call_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_guidance_version_published_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_guidance_version_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_version")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_guidance_version_call_id_number")),
    )
    op.create_index(
        op.f("ix_guidance_version_call_id"), "guidance_version", ["call_id"], unique=False
    )
    op.create_index(
        "uq_guidance_version_draft",
        "guidance_version",
        ["call_id"],
        unique=True,
        sqlite_where=sa.text("published_at IS NULL"),
        postgresql_where=sa.text("published_at IS NULL"),
    )
    op.create_table(
        "opening",
        sa.Column("id", ID, nullable=False),
        sa.Column("call_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("category", JSON, nullable=True),
        sa.Column("about", JSON, nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=True),
        sa.Column("deadline", AT, nullable=False),
        sa.Column("opened_by_id", ID, nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(project_id IS NOT NULL) = (kind IN ('winner', 'runner_up', 'showcase'))",
            name=op.f("ck_opening_project"),
        ),
        sa.CheckConstraint("target IS NULL OR target > 0", name=op.f("ck_opening_target")),
        sa.ForeignKeyConstraint(["call_id"], ["guidance_call.id"], name=op.f("fk_opening_call_id")),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_opening_opened_by_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_opening_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
        sa.UniqueConstraint("call_id", "project_id", name=op.f("uq_opening_call_id_project_id")),
    )
    op.create_index(op.f("ix_opening_call_id"), "opening", ["call_id"], unique=False)
    op.create_index(op.f("ix_opening_deadline"), "opening", ["deadline"], unique=False)
    op.create_index(op.f("ix_opening_project_id"), "opening", ["project_id"], unique=False)
    op.create_index(op.f("ix_opening_state"), "opening", ["state"], unique=False)
    op.create_table(
        "pledge",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opening_id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("business_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("valuation", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("only_if_met", sa.Boolean(), nullable=False),
        sa.Column("match", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("disputed", sa.BigInteger(), nullable=False),
        sa.Column("released", sa.BigInteger(), nullable=False),
        sa.Column("fees", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("offered_at", AT, nullable=True),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind = 'money' OR (match = 0 AND paid = 0)", name=op.f("ck_pledge_in_kind")
        ),
        sa.CheckConstraint(
            "(business_id IS NULL) <> (person_id IS NULL)", name=op.f("ck_pledge_who")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_pledge_amount")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> by_id", name=op.f("ck_pledge_two_people")
        ),
        sa.CheckConstraint("match >= 0", name=op.f("ck_pledge_match")),
        sa.CheckConstraint(
            "paid >= 0 AND refunded >= 0 AND disputed >= 0", name=op.f("ck_pledge_sums")
        ),
        sa.CheckConstraint("refunded + disputed <= paid", name=op.f("ck_pledge_given_back")),
        sa.CheckConstraint("released >= 0 AND fees >= 0", name=op.f("ck_pledge_used")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.id"], name=op.f("fk_pledge_business_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_pledge_by_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_pledge_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["opening_id"], ["opening.id"], name=op.f("fk_pledge_opening_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pledge_person_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["guidance_version.id"], name=op.f("fk_pledge_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
        sa.UniqueConstraint("key", name=op.f("uq_pledge_key")),
    )
    op.create_index(op.f("ix_pledge_business_id"), "pledge", ["business_id"], unique=False)
    op.create_index(op.f("ix_pledge_by_id"), "pledge", ["by_id"], unique=False)
    op.create_index(op.f("ix_pledge_opening_id"), "pledge", ["opening_id"], unique=False)
    op.create_index(op.f("ix_pledge_person_id"), "pledge", ["person_id"], unique=False)
    op.create_index(op.f("ix_pledge_state"), "pledge", ["state"], unique=False)
    op.create_table(
        "agreement",
        sa.Column("id", ID, nullable=False),
        sa.Column("pledge_id", ID, nullable=False),
        sa.Column("template_id", ID, nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", AT, nullable=False),
        sa.Column("sign_by", sa.Date(), nullable=False),
        sa.Column("sponsor_signed_by_id", ID, nullable=True),
        sa.Column("sponsor_signed_at", AT, nullable=True),
        sa.Column("office_signed_by_id", ID, nullable=True),
        sa.Column("office_signed_at", AT, nullable=True),
        sa.CheckConstraint(
            "sponsor_signed_by_id <> office_signed_by_id", name=op.f("ck_agreement_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["office_signed_by_id"], ["person.id"], name=op.f("fk_agreement_office_signed_by_id")
        ),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_agreement_pledge_id")),
        sa.ForeignKeyConstraint(
            ["sponsor_signed_by_id"], ["person.id"], name=op.f("fk_agreement_sponsor_signed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["template_id"], ["agreement_template.id"], name=op.f("fk_agreement_template_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("pledge_id", name=op.f("uq_agreement_pledge_id")),
    )
    op.create_table(
        "instalment",
        sa.Column("id", ID, nullable=False),
        sa.Column("pledge_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("reminded_at", AT, nullable=True),
        sa.CheckConstraint(
            "amount > 0 AND paid >= 0 AND paid <= amount", name=op.f("ck_instalment_amount")
        ),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_instalment_pledge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment")),
        sa.UniqueConstraint("pledge_id", "number", name=op.f("uq_instalment_pledge_id_number")),
    )
    op.create_index(op.f("ix_instalment_pledge_id"), "instalment", ["pledge_id"], unique=False)
    op.create_table(
        "kind_receipt",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("pledge_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(length=14), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_by_id", ID, nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("confirmed_by_id", ID, nullable=True),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.CheckConstraint(
            "confirmed_by_id <> received_by_id", name=op.f("ck_kind_receipt_two_people")
        ),
        sa.CheckConstraint("value > 0", name=op.f("ck_kind_receipt_value")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_kind_receipt_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledge.id"], name=op.f("fk_kind_receipt_pledge_id")
        ),
        sa.ForeignKeyConstraint(
            ["received_by_id"], ["person.id"], name=op.f("fk_kind_receipt_received_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kind_receipt")),
        sa.UniqueConstraint("key", name=op.f("uq_kind_receipt_key")),
    )
    op.create_index(op.f("ix_kind_receipt_pledge_id"), "kind_receipt", ["pledge_id"], unique=False)
    op.create_table(
        "kind_photo",
        sa.Column("id", ID, nullable=False),
        sa.Column("receipt_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["kind_receipt.id"], name=op.f("fk_kind_photo_receipt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kind_photo")),
        sa.UniqueConstraint("receipt_id", "name", name=op.f("uq_kind_photo_receipt_id_name")),
    )
    op.create_table(
        "payment",
        sa.Column("id", ID, nullable=False),
        sa.Column("pledge_id", ID, nullable=False),
        sa.Column("instalment_id", ID, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("provider", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("provider_ref", sa.String(length=120), nullable=True),
        sa.Column("page_ref", sa.String(length=120), nullable=True),
        sa.Column("page_url", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("disputed", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("settled_at", AT, nullable=True),
        sa.Column("checked_at", AT, nullable=True),
        sa.CheckConstraint(
            "amount > 0 AND captured >= 0 AND captured <= amount", name=op.f("ck_payment_captured")
        ),
        sa.CheckConstraint("fee >= 0", name=op.f("ck_payment_fee")),
        sa.CheckConstraint(
            "refunded >= 0 AND disputed >= 0 AND refunded + disputed <= captured",
            name=op.f("ck_payment_given_back"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_payment_by_id")),
        sa.ForeignKeyConstraint(
            ["instalment_id"], ["instalment.id"], name=op.f("fk_payment_instalment_id")
        ),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_payment_pledge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_key")),
        sa.UniqueConstraint("page_ref", name=op.f("uq_payment_page_ref")),
        sa.UniqueConstraint("pledge_id", "attempt", name=op.f("uq_payment_pledge_id_attempt")),
        sa.UniqueConstraint(
            "provider", "provider_ref", name=op.f("uq_payment_provider_provider_ref")
        ),
    )
    op.create_index(op.f("ix_payment_created_at"), "payment", ["created_at"], unique=False)
    op.create_index(op.f("ix_payment_reference"), "payment", ["reference"], unique=False)
    op.create_index(op.f("ix_payment_state"), "payment", ["state"], unique=False)
    op.create_index(
        "uq_payment_live",
        "payment",
        ["instalment_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('created', 'pending', 'authorised')"),
        postgresql_where=sa.text("state IN ('created', 'pending', 'authorised')"),
    )
    op.create_table(
        "pledge_release",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("pledge_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("milestone_id", ID, nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("match", sa.BigInteger(), nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("approved_by_id", ID, nullable=True),
        sa.Column("approved_at", AT, nullable=True),
        sa.Column("refused_at", AT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "amount >= 0 AND match >= 0 AND amount + match > 0",
            name=op.f("ck_pledge_release_amount"),
        ),
        sa.CheckConstraint(
            "approved_by_id <> asked_by_id", name=op.f("ck_pledge_release_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_pledge_release_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_pledge_release_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name=op.f("fk_pledge_release_milestone_id")
        ),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledge.id"], name=op.f("fk_pledge_release_pledge_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_pledge_release_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_release")),
        sa.UniqueConstraint("key", name=op.f("uq_pledge_release_key")),
    )
    op.create_index(
        op.f("ix_pledge_release_milestone_id"), "pledge_release", ["milestone_id"], unique=False
    )
    op.create_index(
        op.f("ix_pledge_release_pledge_id"), "pledge_release", ["pledge_id"], unique=False
    )
    op.create_index(
        op.f("ix_pledge_release_project_id"), "pledge_release", ["project_id"], unique=False
    )
    op.create_table(
        "bank_confirmation",
        sa.Column("id", ID, nullable=False),
        sa.Column("payment_id", ID, nullable=False),
        sa.Column("bank_line_id", ID, nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("arrived_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("confirmed_by_id", ID, nullable=True),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_bank_confirmation_amount")),
        sa.CheckConstraint(
            "confirmed_by_id <> asked_by_id", name=op.f("ck_bank_confirmation_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_bank_confirmation_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["bank_line_id"], ["bank_line.id"], name=op.f("fk_bank_confirmation_bank_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_bank_confirmation_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_bank_confirmation_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_confirmation")),
        sa.UniqueConstraint("bank_line_id", name=op.f("uq_bank_confirmation_bank_line_id")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_bank_confirmation_payment_id")),
    )
    op.create_table(
        "dispute",
        sa.Column("id", ID, nullable=False),
        sa.Column("payment_id", ID, nullable=False),
        sa.Column("provider_ref", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("unrestricted", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("reinstated", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("respond_by", AT, nullable=True),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.CheckConstraint("amount > 0 AND fee >= 0", name=op.f("ck_dispute_amount")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_dispute_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("provider_ref", name=op.f("uq_dispute_provider_ref")),
    )
    op.create_index(op.f("ix_dispute_payment_id"), "dispute", ["payment_id"], unique=False)
    op.create_index(op.f("ix_dispute_state"), "dispute", ["state"], unique=False)
    op.create_table(
        "sponsor_refund",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("payment_id", ID, nullable=False),
        sa.Column("provider", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("provider_ref", sa.String(length=120), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("unrestricted", sa.BigInteger(), nullable=False),
        sa.Column("asked_by_id", ID, nullable=True),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("approved_by_id", ID, nullable=True),
        sa.Column("sent_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_sponsor_refund_amount")),
        sa.CheckConstraint(
            "approved_by_id <> asked_by_id", name=op.f("ck_sponsor_refund_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_sponsor_refund_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_sponsor_refund_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_sponsor_refund_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsor_refund")),
        sa.UniqueConstraint("key", name=op.f("uq_sponsor_refund_key")),
        sa.UniqueConstraint(
            "provider", "provider_ref", name=op.f("uq_sponsor_refund_provider_provider_ref")
        ),
    )
    op.create_index(
        op.f("ix_sponsor_refund_payment_id"), "sponsor_refund", ["payment_id"], unique=False
    )
    op.create_index(op.f("ix_sponsor_refund_state"), "sponsor_refund", ["state"], unique=False)

    for statement in guards(op.get_bind().dialect.name == "sqlite"):
        op.execute(statement)


def downgrade() -> None:
    booked_by_nobody(BY_RULE, BY_VOTE)
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION agreement_signed()")
