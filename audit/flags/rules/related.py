"""People who decide about money of organisations that they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Select, select

from accounts.models import Membership
from audit.flags.rule import ALL, Hit, Look, Ref, first, rule
from audit.flags.rules.parts import AnyRow, payments
from core.clock import local_date
from core.i18n import gettext, lazy_gettext, ngettext
from core.types import Json
from ledger.models import Approval, CostCentre, CostCentreKind, Fund, Payee, Voucher
from projects.models import Bid, Project, Review, Tender, TenderReviewer
from projects.states import BidState, TenderState

# A role that ended, or will begin, so long from the act counts as well.
AROUND = timedelta(days=365)
OPENED = (TenderState.OPENED, TenderState.AWARDED, TenderState.CONTRACTED)
Rows: TypeAlias = Select[*tuple[Any, ...]]


def _told(params: Json) -> str:
    return ngettext(
        "Somebody who acts for this payee's organisation had a part in %(num)s payment to it: as"
        " requester, approver, or reviewer of the project.",
        "Somebody who acts for this payee's organisation had a part in %(num)s payments to it: as"
        " requester, approver, or reviewer of the project.",
        params["count"],
    )


@rule(
    "related_payee",
    title=lazy_gettext("Related to the payee?"),
    caveat=lazy_gettext(
        "Volunteers of a residents' group and members of a committee often hold several offices"
        " openly. Ask whether it was known, and who else approved."
    ),
    says=_told,
    scope="payee",
)
def related_payee(look: Look) -> Iterator[Hit]:
    """Requesters, approvers and project reviewers with a role for the payee's organisation."""
    found: dict[tuple[int, int], list[AnyRow]] = defaultdict(list)
    for rows in (_asked(look), _approved(look), _reviewed(look)):
        for row in look.session.execute(rows):
            if _in_force(row, row.acted_at):
                found[row.payee_id, row.person_id].append(row)
    for (payee, person), acts in sorted(found.items()):
        vouchers: list[Ref] = [("voucher", one.id) for one in sorted(acts, key=lambda a: a.id)]
        yield Hit(
            key=f"{payee}:{person}",
            scope=f"payee:{payee}",
            subject=("payee", payee),
            evidence=first([("person", person), *dict.fromkeys(vouchers)]),
            params={"count": len(set(vouchers))},
            weight=75,
            area_id=min(acts, key=lambda one: one.id).area_id,
        )


def _payments(look: Look, acted_at: Any) -> Rows:
    """Payments with the roles for the payee's organisation; whose, is for the caller to say."""
    return (
        select(
            Voucher.id,
            Voucher.payee_id,
            Membership.person_id,
            Membership.starts_on,
            Membership.ends_on,
            acted_at.label("acted_at"),
            Fund.area_id,
        )
        .join(Fund, Fund.id == Voucher.fund_id)
        .join(Payee, Payee.id == Voucher.payee_id)
        .join(Membership, Membership.organisation_id == Payee.organisation_id)
        .where(*payments(), *look.at(Voucher.payee_id))
    )


def _asked(look: Look) -> Rows:
    mine = Membership.person_id == Voucher.requested_by_id
    return _payments(look, Voucher.requested_at).where(mine)


def _approved(look: Look) -> Rows:
    return _payments(look, Approval.at).join(
        Approval,
        (Approval.voucher_id == Voucher.id) & (Approval.person_id == Membership.person_id),
    )


def _reviewed(look: Look) -> Rows:
    return (
        _payments(look, Review.answered_at)
        .join(CostCentre, CostCentre.id == Voucher.cost_centre_id)
        .join(
            Review,
            (Review.project_id == CostCentre.ref) & (Review.answered_by_id == Membership.person_id),
        )
        .where(CostCentre.kind == CostCentreKind.PROJECT)
    )


def _in_force(row: AnyRow, acted_at: datetime) -> bool:
    on = local_date(acted_at)
    begins: date = row.starts_on - AROUND
    return begins <= on and (row.ends_on is None or on <= row.ends_on + AROUND)


def _bidder_told(params: Json) -> str:
    if params["how"] == "declared":
        return gettext("A reviewer declared to know a bidder, and scored all the same.")
    if params["how"] == "bidder":
        return gettext("A bidder declared to know somebody, and was not excluded.")
    return gettext("A reviewer of the bids acts, or lately acted, for an organisation that bid.")


@rule(
    "related_bidder",
    title=lazy_gettext("Related to a bidder?"),
    caveat=lazy_gettext(
        "In a small place people know each other. It matters whether it was declared, and whether"
        " the points would have been the same without that person's."
    ),
    says=_bidder_told,
)
def related_bidder(look: Look) -> Iterator[Hit]:
    """Reviewers with a role for a bidder, and relations that were declared without consequence.
    Before the opening nothing is looked at."""
    for row in look.session.execute(_members_who_judge()):
        if _in_force(row, row.acted_at):
            yield _bidder_hit(row, "member", 85)
    for row in look.session.execute(_declared_and_scored()):
        yield _bidder_hit(row, "declared", 80)
    for row in look.session.execute(_declared_by_bidder()):
        yield _bidder_hit(row, "bidder", 40)


def _tenders(*columns: Any) -> Rows:
    return (
        select(Tender.id, Tender.project_id, Project.area_id, *columns)
        .join(Project, Project.id == Tender.project_id)
        .where(Tender.state.in_(OPENED))
    )


def _members_who_judge() -> Rows:
    dates = (Membership.starts_on, Membership.ends_on)
    who = (TenderReviewer.person_id.label("who"), TenderReviewer.appointed_at.label("acted_at"))
    return (
        _tenders(*who, *dates)
        .join(TenderReviewer, TenderReviewer.tender_id == Tender.id)
        .join(Bid, Bid.tender_id == Tender.id)
        .join(
            Membership,
            (Membership.organisation_id == Bid.organisation_id)
            & (Membership.person_id == TenderReviewer.person_id),
        )
        .where(TenderReviewer.excused_at.is_(None), Bid.state != BidState.WITHDRAWN)
        .order_by(Tender.id, TenderReviewer.person_id, Membership.id)
    )


def _declared_and_scored() -> Rows:
    return (
        _tenders(TenderReviewer.person_id.label("who"))
        .join(TenderReviewer, TenderReviewer.tender_id == Tender.id)
        .where(TenderReviewer.relation != "", TenderReviewer.scored_at.is_not(None))
        .order_by(Tender.id, TenderReviewer.id)
    )


def _declared_by_bidder() -> Rows:
    return (
        _tenders(Bid.organisation_id.label("who"))
        .join(Bid, Bid.tender_id == Tender.id)
        .where(Bid.relations != "", Bid.state == BidState.OPENED)
        .order_by(Tender.id, Bid.id)
    )


def _bidder_hit(row: AnyRow, how: str, weight: int) -> Hit:
    who: Ref = ("organisation" if how == "bidder" else "person", row.who)
    return Hit(
        key=f"{row.id}:{how}:{row.who}",
        scope=ALL,
        subject=("tender", row.id),
        evidence=(("tender", row.id), ("project", row.project_id), who),
        params={"how": how},
        weight=weight,
        area_id=row.area_id,
    )
