"""Delivery: plans, tenders, sealed bids, contracts, reports, evaluation"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import core.types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = core.types.UtcDateTime(timezone=True)
# What was signed; none of it changes any more.
SIGNED = (
    "project_id",
    "tender_id",
    "organisation_id",
    "payee_id",
    "amount",
    "currency",
    "terms",
    "starts_on",
    "ends_on",
    "retention_bp",
    "sha256",
    "drawn_by_id",
    "agreed_by_id",
    "agreed_at",
    "agreed_on_paper",
    "signed_by_id",
    "signed_at",
)
MESSAGE = "a signed contract does not change: decide on an amendment"


def _guards(dialect: str) -> list[str]:
    """Triggers that refuse any change of a signed contract's text, and its removal."""
    if dialect == "sqlite":
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in SIGNED)
        refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        signed = "OLD.signed_at IS NOT NULL"
        # REPLACE would remove a signed one without a word.
        there = "id = NEW.id OR tender_id = NEW.tender_id"
        replaced = f"EXISTS (SELECT 1 FROM contract WHERE signed_at IS NOT NULL AND ({there}))"  # nosec B608 # names of our own
        return [
            f"CREATE TRIGGER contract_{name} BEFORE {on} ON contract WHEN {when} {refuse}"
            for name, on, when in (
                ("update", "UPDATE", f"{signed} AND ({changed})"),
                ("delete", "DELETE", signed),
                ("replace", "INSERT", replaced),
            )
        ]
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in SIGNED)
    function = "EXECUTE FUNCTION contract_signed()"
    return [
        f"""CREATE FUNCTION contract_signed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation'; END $$""",
        f"""CREATE TRIGGER contract_update BEFORE UPDATE ON contract FOR EACH ROW
        WHEN (OLD.signed_at IS NOT NULL AND ({changed})) {function}""",
        f"""CREATE TRIGGER contract_delete BEFORE DELETE ON contract FOR EACH ROW
        WHEN (OLD.signed_at IS NOT NULL) {function}""",
    ]


def upgrade() -> None:
    op.create_table(
        "procurement_rule",
        sa.Column("area_id", ID, nullable=False),
        sa.Column("direct_most", sa.BigInteger(), nullable=False),
        sa.Column("min_bids", sa.Integer(), nullable=False),
        sa.Column("min_reviewers", sa.Integer(), nullable=False),
        sa.Column("standstill_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("direct_most >= 0", name=op.f("ck_procurement_rule_direct_most")),
        sa.CheckConstraint(
            "min_bids >= 1 AND min_reviewers >= 2 AND standstill_days >= 1",
            name=op.f("ck_procurement_rule_fewest"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_procurement_rule_area_id")),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_procurement_rule")),
    )
    op.create_table(
        "exclusion",
        sa.Column("id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("decided_by_id", ID, nullable=False),
        sa.Column("decided_at", AT, nullable=False),
        sa.Column("lifted_at", AT, nullable=True),
        sa.Column("lifted_reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_exclusion_dates")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_exclusion_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_exclusion_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusion")),
    )
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.create_index(
            "ix_exclusion_organisation_id_ends_on", ["organisation_id", "ends_on"], unique=False
        )

    op.create_table(
        "delivery_plan",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("responsible_id", ID, nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("promised_ends_on", sa.Date(), nullable=True),
        sa.Column("written_by_id", ID, nullable=False),
        sa.Column("written_at", AT, nullable=False),
        sa.Column("published_by_id", ID, nullable=True),
        sa.Column("published_at", AT, nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_delivery_plan_dates")),
        sa.CheckConstraint(
            "published_by_id <> written_by_id", name=op.f("ck_delivery_plan_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_delivery_plan_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_delivery_plan_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_delivery_plan_published_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["person.id"], name=op.f("fk_delivery_plan_responsible_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_delivery_plan_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_plan")),
        sa.UniqueConstraint("project_id", name=op.f("uq_delivery_plan_project_id")),
    )
    with op.batch_alter_table("delivery_plan", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_delivery_plan_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_delivery_plan_responsible_id"), ["responsible_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_delivery_plan_state"), ["state"], unique=False)

    op.create_table(
        "evaluation",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("as_promised", sa.String(length=10), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("hidden_by_id", ID, nullable=True),
        sa.Column("hidden_reason", sa.String(length=300), nullable=True),
        sa.Column("hidden_at", AT, nullable=True),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_evaluation_rating")),
        sa.ForeignKeyConstraint(
            ["hidden_by_id"], ["person.id"], name=op.f("fk_evaluation_hidden_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evaluation_person_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_evaluation_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint(
            "project_id", "person_id", name=op.f("uq_evaluation_project_id_person_id")
        ),
    )
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "final_account",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "figures",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("approved_by_id", ID, nullable=True),
        sa.Column("approved_at", AT, nullable=True),
        sa.CheckConstraint(
            "approved_by_id <> asked_by_id", name=op.f("ck_final_account_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_final_account_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_final_account_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_final_account_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_account")),
        sa.UniqueConstraint("project_id", name=op.f("uq_final_account_project_id")),
    )
    op.create_table(
        "tender",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("questions_until", AT, nullable=True),
        sa.Column("deadline", AT, nullable=True),
        sa.Column("min_bids", sa.Integer(), nullable=False),
        sa.Column("min_reviewers", sa.Integer(), nullable=False),
        sa.Column("standstill_days", sa.Integer(), nullable=False),
        sa.Column("retention_bp", sa.Integer(), nullable=False),
        sa.Column("warranty_months", sa.Integer(), nullable=False),
        sa.Column("direct_reason", sa.Text(), nullable=False),
        sa.Column("written_by_id", ID, nullable=False),
        sa.Column("written_at", AT, nullable=False),
        sa.Column("approved_by_id", ID, nullable=True),
        sa.Column("published_at", AT, nullable=True),
        sa.Column("notice_sha256", sa.String(length=64), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=True),
        sa.Column("opening_key", sa.String(length=64), nullable=True),
        sa.Column("opened_at", AT, nullable=True),
        sa.Column("winner_id", ID, nullable=True),
        sa.Column("award_amount", sa.BigInteger(), nullable=True),
        sa.Column("award_reason", sa.Text(), nullable=False),
        sa.Column("awarded_by_id", ID, nullable=True),
        sa.Column("awarded_at", AT, nullable=True),
        sa.Column("standstill_until", sa.Date(), nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("approved_by_id <> written_by_id", name=op.f("ck_tender_two_people")),
        sa.CheckConstraint("ceiling > 0", name=op.f("ck_tender_ceiling")),
        sa.CheckConstraint("min_bids >= 1 AND min_reviewers >= 2", name=op.f("ck_tender_quorum")),
        sa.CheckConstraint("retention_bp BETWEEN 0 AND 2000", name=op.f("ck_tender_retention")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_tender_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["awarded_by_id"], ["person.id"], name=op.f("fk_tender_awarded_by_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_tender_project_id")),
        sa.ForeignKeyConstraint(
            ["winner_id"], ["organisation.id"], name=op.f("fk_tender_winner_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_tender_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender")),
    )
    with op.batch_alter_table("tender", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tender_deadline"), ["deadline"], unique=False)
        batch_op.create_index(batch_op.f("ix_tender_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tender_state"), ["state"], unique=False)

    op.create_table(
        "bid",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("submitted_by_id", ID, nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.Column("envelope_sha256", sa.String(length=64), nullable=False),
        sa.Column("leaf_id", sa.Integer(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("relations", sa.Text(), nullable=False),
        sa.Column("paper_sha256", sa.String(length=64), nullable=True),
        sa.Column("excluded_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('sealed', 'withdrawn') OR (price IS NULL AND offer = '')",
            name=op.f("ck_bid_sealed"),
        ),
        sa.CheckConstraint("price IS NULL OR price > 0", name=op.f("ck_bid_price")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_bid_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["person.id"], name=op.f("fk_bid_submitted_by_id")
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_bid_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid")),
        sa.UniqueConstraint("envelope_sha256", name=op.f("uq_bid_envelope_sha256")),
        sa.UniqueConstraint("key", name=op.f("uq_bid_key")),
    )
    with op.batch_alter_table("bid", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bid_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            "uq_bid_tender_id_organisation_id",
            ["tender_id", "organisation_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'withdrawn'"),
            postgresql_where=sa.text("state <> 'withdrawn'"),
        )

    op.create_table(
        "contract",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("payee_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("amount_now", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ends_on_now", sa.Date(), nullable=False),
        sa.Column("retention_bp", sa.Integer(), nullable=False),
        sa.Column("warranty_until", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("drawn_by_id", ID, nullable=False),
        sa.Column("drawn_at", AT, nullable=False),
        sa.Column("agreed_by_id", ID, nullable=True),
        sa.Column("agreed_at", AT, nullable=True),
        sa.Column("agreed_on_paper", sa.Boolean(), nullable=False),
        sa.Column("signed_by_id", ID, nullable=True),
        sa.Column("signed_at", AT, nullable=True),
        sa.Column("retention_released_at", AT, nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("amount > 0 AND amount_now >= 0", name=op.f("ck_contract_amount")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_contract_dates")),
        sa.CheckConstraint("retention_bp BETWEEN 0 AND 2000", name=op.f("ck_contract_retention")),
        sa.CheckConstraint("signed_by_id <> drawn_by_id", name=op.f("ck_contract_two_people")),
        sa.ForeignKeyConstraint(
            ["agreed_by_id"], ["person.id"], name=op.f("fk_contract_agreed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["drawn_by_id"], ["person.id"], name=op.f("fk_contract_drawn_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_contract_organisation_id")
        ),
        sa.ForeignKeyConstraint(["payee_id"], ["payee.id"], name=op.f("fk_contract_payee_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_contract_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["person.id"], name=op.f("fk_contract_signed_by_id")
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_contract_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("tender_id", name=op.f("uq_contract_tender_id")),
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contract_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_contract_payee_id"), ["payee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_contract_project_id_payee_id",
            ["project_id", "payee_id"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('closed', 'terminated')"),
            postgresql_where=sa.text("state NOT IN ('closed', 'terminated')"),
        )

    op.create_table(
        "criterion",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight BETWEEN 1 AND 100", name=op.f("ck_criterion_weight")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_criterion_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
    )
    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_criterion_tender_id"), ["tender_id"], unique=False)

    op.create_table(
        "objection",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.CheckConstraint("decided_by_id <> by_id", name=op.f("ck_objection_two_people")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_objection_by_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_objection_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_objection_organisation_id")
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_objection_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objection_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_objection_tender_id"), ["tender_id"], unique=False)

    op.create_table(
        "tender_question",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("asked_by_id", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_tender_question_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_tender_question_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name=op.f("fk_tender_question_tender_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_question")),
    )
    with op.batch_alter_table("tender_question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tender_question_asked_by_id"), ["asked_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_tender_question_tender_id"), ["tender_id"], unique=False
        )

    op.create_table(
        "tender_reviewer",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("appointed_by_id", ID, nullable=False),
        sa.Column("appointed_at", AT, nullable=False),
        sa.Column("declared_at", AT, nullable=True),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("excused_at", AT, nullable=True),
        sa.Column("excused_reason", sa.String(length=300), nullable=False),
        sa.Column("scored_at", AT, nullable=True),
        sa.CheckConstraint(
            "appointed_by_id <> person_id", name=op.f("ck_tender_reviewer_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["appointed_by_id"], ["person.id"], name=op.f("fk_tender_reviewer_appointed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_tender_reviewer_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["tender_id"], ["tender.id"], name=op.f("fk_tender_reviewer_tender_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_reviewer")),
        sa.UniqueConstraint(
            "tender_id", "person_id", name=op.f("uq_tender_reviewer_tender_id_person_id")
        ),
    )
    with op.batch_alter_table("tender_reviewer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tender_reviewer_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "bid_envelope",
        sa.Column("bid_id", ID, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("paper", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_bid_envelope_bid_id")),
        sa.PrimaryKeyConstraint("bid_id", name=op.f("pk_bid_envelope")),
    )
    op.create_table(
        "milestone",
        sa.Column("id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("promised_budget", sa.BigInteger(), nullable=True),
        sa.Column("tender_id", ID, nullable=True),
        sa.Column("contract_id", ID, nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", AT, nullable=True),
        sa.CheckConstraint(
            "budget >= 0 AND (price IS NULL OR price >= 0)", name=op.f("ck_milestone_money")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_milestone_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["delivery_plan.id"], name=op.f("fk_milestone_plan_id")
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_milestone_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_milestone_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_milestone_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_milestone_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_milestone_tender_id"), ["tender_id"], unique=False)

    op.create_table(
        "score",
        sa.Column("id", ID, nullable=False),
        sa.Column("bid_id", ID, nullable=False),
        sa.Column("criterion_id", ID, nullable=False),
        sa.Column("reviewer_id", ID, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.CheckConstraint("points BETWEEN 0 AND 100", name=op.f("ck_score_points")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_score_bid_id")),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criterion.id"], name=op.f("fk_score_criterion_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["tender_reviewer.id"], name=op.f("fk_score_reviewer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score")),
        sa.UniqueConstraint(
            "bid_id",
            "criterion_id",
            "reviewer_id",
            name=op.f("uq_score_bid_id_criterion_id_reviewer_id"),
        ),
    )
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_score_reviewer_id"), ["reviewer_id"], unique=False)

    op.create_table(
        "milestone_report",
        sa.Column("id", ID, nullable=False),
        sa.Column("milestone_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_milestone_report_by_id")),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name=op.f("fk_milestone_report_milestone_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_milestone_report_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_report")),
        sa.UniqueConstraint("id", "by_id", name=op.f("uq_milestone_report_id_by_id")),
        sa.UniqueConstraint("key", name=op.f("uq_milestone_report_key")),
        sa.UniqueConstraint(
            "milestone_id", "number", name=op.f("uq_milestone_report_milestone_id_number")
        ),
    )
    with op.batch_alter_table("milestone_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_milestone_report_by_id"), ["by_id"], unique=False)

    op.create_table(
        "plan_change",
        sa.Column("id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("milestone_id", ID, nullable=True),
        sa.Column("contract_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "before",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "after",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_plan_change_reason")),
        sa.CheckConstraint("decided_by_id <> asked_by_id", name=op.f("ck_plan_change_two_people")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_plan_change_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_plan_change_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_plan_change_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name=op.f("fk_plan_change_milestone_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["delivery_plan.id"], name=op.f("fk_plan_change_plan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_change")),
    )
    with op.batch_alter_table("plan_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_plan_change_contract_id"), ["contract_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_plan_change_milestone_id"), ["milestone_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_plan_change_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_change_state"), ["state"], unique=False)

    op.create_table(
        "acceptance",
        sa.Column("id", ID, nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.CheckConstraint("accepted OR reason <> ''", name=op.f("ck_acceptance_reason")),
        sa.CheckConstraint("person_id <> reported_by_id", name=op.f("ck_acceptance_two_people")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_acceptance_person_id")),
        sa.ForeignKeyConstraint(
            ["report_id", "reported_by_id"],
            ["milestone_report.id", "milestone_report.by_id"],
            name=op.f("fk_acceptance_report_id_reported_by_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
        sa.UniqueConstraint(
            "report_id", "person_id", name=op.f("uq_acceptance_report_id_person_id")
        ),
    )
    with op.batch_alter_table("acceptance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acceptance_person_id"), ["person_id"], unique=False)

    op.create_table(
        "confirmation",
        sa.Column("id", ID, nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("nearby", sa.Boolean(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.CheckConstraint("answered_by_id <> person_id", name=op.f("ck_confirmation_two_people")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_confirmation_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_confirmation_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["milestone_report.id"], name=op.f("fk_confirmation_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
        sa.UniqueConstraint(
            "report_id", "person_id", name=op.f("uq_confirmation_report_id_person_id")
        ),
    )
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_confirmation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "report_photo",
        sa.Column("id", ID, nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=True),
        sa.Column("distance", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["milestone_report.id"], name=op.f("fk_report_photo_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_photo")),
        sa.UniqueConstraint("report_id", "name", name=op.f("uq_report_photo_report_id_name")),
    )
    for statement in _guards(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("report_photo")
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_confirmation_person_id"))

    op.drop_table("confirmation")
    with op.batch_alter_table("acceptance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_acceptance_person_id"))

    op.drop_table("acceptance")
    with op.batch_alter_table("plan_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_change_state"))
        batch_op.drop_index(batch_op.f("ix_plan_change_plan_id"))
        batch_op.drop_index(batch_op.f("ix_plan_change_milestone_id"))
        batch_op.drop_index(batch_op.f("ix_plan_change_contract_id"))

    op.drop_table("plan_change")
    with op.batch_alter_table("milestone_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_milestone_report_by_id"))

    op.drop_table("milestone_report")
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_reviewer_id"))

    op.drop_table("score")
    with op.batch_alter_table("milestone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_milestone_tender_id"))
        batch_op.drop_index(batch_op.f("ix_milestone_state"))
        batch_op.drop_index(batch_op.f("ix_milestone_plan_id"))
        batch_op.drop_index(batch_op.f("ix_milestone_contract_id"))

    op.drop_table("milestone")
    op.drop_table("bid_envelope")
    with op.batch_alter_table("tender_reviewer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tender_reviewer_person_id"))

    op.drop_table("tender_reviewer")
    with op.batch_alter_table("tender_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tender_question_tender_id"))
        batch_op.drop_index(batch_op.f("ix_tender_question_asked_by_id"))

    op.drop_table("tender_question")
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objection_tender_id"))
        batch_op.drop_index(batch_op.f("ix_objection_by_id"))

    op.drop_table("objection")
    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_criterion_tender_id"))

    op.drop_table("criterion")
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_contract_project_id_payee_id",
            sqlite_where=sa.text("state NOT IN ('closed', 'terminated')"),
            postgresql_where=sa.text("state NOT IN ('closed', 'terminated')"),
        )
        batch_op.drop_index(batch_op.f("ix_contract_state"))
        batch_op.drop_index(batch_op.f("ix_contract_payee_id"))
        batch_op.drop_index(batch_op.f("ix_contract_organisation_id"))

    op.drop_table("contract")
    with op.batch_alter_table("bid", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_bid_tender_id_organisation_id",
            sqlite_where=sa.text("state <> 'withdrawn'"),
            postgresql_where=sa.text("state <> 'withdrawn'"),
        )
        batch_op.drop_index(batch_op.f("ix_bid_organisation_id"))

    op.drop_table("bid")
    with op.batch_alter_table("tender", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tender_state"))
        batch_op.drop_index(batch_op.f("ix_tender_project_id"))
        batch_op.drop_index(batch_op.f("ix_tender_deadline"))

    op.drop_table("tender")
    op.drop_table("final_account")
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_person_id"))

    op.drop_table("evaluation")
    with op.batch_alter_table("delivery_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_plan_state"))
        batch_op.drop_index(batch_op.f("ix_delivery_plan_responsible_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_plan_organisation_id"))

    op.drop_table("delivery_plan")
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.drop_index("ix_exclusion_organisation_id_ends_on")

    op.drop_table("exclusion")
    op.drop_table("procurement_rule")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION contract_signed()")
