"""Looking after a tender: answering, appointing, excusing, excluding, awarding, ending."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.clock import now
from core.db import db
from core.errors import NotFound
from core.forms import XForm
from core.i18n import format_money, lazy_gettext, localize
from core.policy import requires
from projects.tenders import services
from projects.tenders.cases import (
    BidCase,
    ObjectionCase,
    QuestionCase,
    ReviewerCase,
    TenderCase,
    load_bid,
    load_judged,
    load_objection,
    load_question,
    load_reviewer,
    load_tender,
)
from projects.tenders.forms.deciding import (
    answer_form,
    appoint_form,
    objection_answer_form,
    reason_form,
)
from projects.tenders.queries.judging import candidates, names_of
from projects.tenders.queries.page import tender_page
from projects.tenders.queries.results import reviewer_rows
from projects.tenders.routes import officer
from projects.tenders.routes.acting import Act, act, url_of


@officer.get("/tenders/<int:tender_id>/office")
@requires("projects:tender:oversee", load_judged)
def office(case: TenderCase) -> str:
    """How far the judging is, and what can be done about it."""
    page = tender_page(db.session, case, now(), oversees=True)
    reviewers = (
        page.results.reviewers if page.results else reviewer_rows(db.session, case.tender.id)
    )
    return render_template(
        "projects/tenders/office.html",
        case=case,
        tender=case.tender,
        page=page,
        reviewers=reviewers,
        names=names_of(db.session, [one.person_id for one in reviewers]),
    )


@officer.route("/tender-questions/<int:tender_question_id>", methods=["GET", "POST"])
@requires("projects:tender:answer", load_question)
def answer(case: QuestionCase) -> ResponseReturnValue:
    """Answer a question for everybody."""
    form, question_id, by = answer_form(), case.question.id, g.actor.id
    said = Act(
        title=lazy_gettext("Answer for everybody"),
        lead=lazy_gettext("Question and answer are shown to all; who asked is not."),
        button=lazy_gettext("Publish the answer"),
        done=lazy_gettext("Published."),
        back=url_of(case.tender) + "#questions",
        fields=("answer",),
        facts=[
            (lazy_gettext("Tender"), case.tender.title),
            (lazy_gettext("Question"), case.question.text),
        ],
    )

    def write(session: Session) -> None:
        services.answer_question(session, question_id, form["answer"].data, by, now())

    return act(said, form, write)


@officer.route("/tenders/<int:tender_id>/reviewers", methods=["GET", "POST"])
@requires("projects:tender:run", load_judged)
def appoint(case: TenderCase) -> ResponseReturnValue:
    """Ask somebody to judge."""
    tender_id, by = case.tender.id, g.actor.id
    form = appoint_form(candidates(db.session, case.tender, case.judges | {by}))
    said = Act(
        title=lazy_gettext("Ask somebody to judge"),
        lead=lazy_gettext(
            "After the opening they say whom of the bidders they know, and judge only if they know "
            "none. The public sees them by number."
        ),
        button=lazy_gettext("Ask them"),
        done=lazy_gettext("Asked, and told."),
        back=f"/tenders/{tender_id}/office",
        fields=("person",),
        facts=[(lazy_gettext("Tender"), case.tender.title)],
    )

    def write(session: Session) -> None:
        services.appoint(session, tender_id, form["person"].data, by, now())

    return act(said, form, write)


@officer.route("/tender-reviewers/<int:tender_reviewer_id>/excuse", methods=["GET", "POST"])
@requires("projects:tender:run", load_reviewer)
def excuse(case: ReviewerCase) -> ResponseReturnValue:
    """Take somebody off the judging."""
    form, reviewer_id, by = _why(300), case.reviewer.id, g.actor.id
    name = names_of(db.session, [case.reviewer.person_id])
    said = Act(
        title=lazy_gettext("Take this reviewer off?"),
        lead=lazy_gettext(
            "Their points do not count. That they are off is public, with the reason."
        ),
        button=lazy_gettext("Yes, take them off"),
        done=lazy_gettext("They do not judge these bids."),
        back=f"/tenders/{case.tender.id}/office",
        fields=("reason",),
        facts=[(lazy_gettext("Reviewer"), name.get(case.reviewer.person_id, ""))],
        tone="btn-seal",
    )

    def write(session: Session) -> None:
        services.excuse(session, reviewer_id, form["reason"].data, by, now())

    return act(said, form, write)


@officer.route("/bids/<int:bid_id>/exclude", methods=["GET", "POST"])
@requires("projects:tender:run", load_bid)
def exclude_bid(case: BidCase) -> ResponseReturnValue:
    """Exclude an opened bid."""
    if case.tender.opened_at is None:
        # Nobody learns from the answer whether there is a sealed bid of that number.
        raise NotFound(lazy_gettext("There is no such page."))
    form, bid_id, by = _why(), case.bid.id, g.actor.id
    db.session.refresh(case.bid, ["organisation"])
    said = Act(
        title=lazy_gettext("Exclude this bid?"),
        lead=lazy_gettext("It stays visible, with your reason, and cannot win."),
        button=lazy_gettext("Yes, exclude it"),
        done=lazy_gettext("Excluded."),
        back=f"/tenders/{case.tender.id}/office",
        fields=("reason",),
        facts=[(lazy_gettext("Bidder"), localize(case.bid.organisation.name))],
        tone="btn-seal",
    )

    def write(session: Session) -> None:
        services.exclude_bid(session, bid_id, form["reason"].data, by, now())

    return act(said, form, write)


@officer.route("/tenders/<int:tender_id>/award", methods=["GET", "POST"])
@requires("projects:tender:award", load_judged)
def award(case: TenderCase) -> ResponseReturnValue:
    """Award to the first by the points."""
    tender_id, by = case.tender.id, g.actor.id
    form = reason_form(lazy_gettext("Why is this the best bid?"), weighty=True)
    page = tender_page(db.session, case, now(), oversees=True)
    currency = case.tender.currency
    ranked = [bid for bid in page.results.bids if bid.rank] if page.results else []
    said = Act(
        title=lazy_gettext("Award"),
        lead=lazy_gettext(
            "The points decide who is first; you write down why that is right. Everybody is told, "
            "and may object during the standstill."
        ),
        button=lazy_gettext("Award it"),
        done=lazy_gettext("Awarded. The standstill has begun."),
        back=url_of(case.tender),
        fields=("reason", "code"),
        facts=[(lazy_gettext("Tender"), case.tender.title)]
        + [
            (
                lazy_gettext("Place %(rank)s", rank=bid.rank),
                " · ".join(
                    (str(bid.organisation), format_money(bid.price or 0, currency), str(bid.total))
                ),
            )
            for bid in ranked[:3]
        ],
    )

    def write(session: Session) -> None:
        services.award(session, tender_id, form["reason"].data, by, now())

    return act(said, form, write)


@officer.route("/tenders/<int:tender_id>/fail", methods=["GET", "POST"])
@requires("projects:tender:run", load_tender)
def fail(case: TenderCase) -> ResponseReturnValue:
    """End a tender whose bids lead to nothing."""
    tender_id, by, form = case.tender.id, g.actor.id, _why()
    said = Act(
        title=lazy_gettext("End this tender without an award?"),
        lead=lazy_gettext("It stays public, with your reason. The work can be put out anew."),
        button=lazy_gettext("Yes, end it"),
        done=lazy_gettext("Ended."),
        back=url_of(case.tender),
        fields=("reason",),
        facts=[(lazy_gettext("Tender"), case.tender.title)],
        tone="btn-seal",
    )

    def write(session: Session) -> None:
        services.fail(session, tender_id, form["reason"].data, by, now())

    return act(said, form, write)


@officer.route("/objections/<int:objection_id>", methods=["GET", "POST"])
@requires("projects:objection:decide", load_objection)
def decide(case: ObjectionCase) -> ResponseReturnValue:
    """Answer an objection."""
    objection_id, by = case.objection.id, g.actor.id
    judging = [one for one in reviewer_rows(db.session, case.tender.id) if not one.excused]
    named = [(one.id, str(lazy_gettext("Reviewer %(n)s", n=one.number))) for one in judging]
    form = objection_answer_form(named)
    said = Act(
        title=lazy_gettext("Answer this objection"),
        lead=lazy_gettext("Your answer is public. Upheld, the award is off."),
        button=lazy_gettext("Publish the answer"),
        done=lazy_gettext("Answered."),
        back=url_of(case.tender),
        fields=("upheld", "reason", "reopen"),
        facts=[
            (lazy_gettext("Tender"), case.tender.title),
            (lazy_gettext("Objection"), case.objection.text),
        ],
    )

    def write(session: Session) -> None:
        services.decide_objection(
            session,
            objection_id,
            upheld=form["upheld"].data == "yes",
            answer=form["reason"].data,
            by_id=by,
            now=now(),
            reopen=form["reopen"].data,
        )

    return act(said, form, write)


def _why(most: int = 2000) -> XForm:
    return reason_form(lazy_gettext("Why?"), most=most)
