"""Pages of the demo community about tenders, works and audits, by whose they are."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from accounts.models import Membership, Role
from audit.desk.models import Finding, FindingState, Sample, SampleItem
from audit.flags.models import Flag, FlagState
from core.db import db
from ledger.models import BankAccount, Fund, Voucher, VoucherKind, VoucherState
from projects.models import (
    Bid,
    Contract,
    Milestone,
    MilestoneReport,
    PlanChange,
    Project,
    Tender,
    TenderReviewer,
)
from projects.states import BidState, ChangeState, ContractState, MilestoneState, State, TenderState
from transparency.models import Leaf

Pages = tuple[int, list[str]]


def one(model: type, *conditions: object) -> int:
    """The newest row of its kind that there is."""
    rows = select(model.id).where(*conditions)  # type: ignore[attr-defined, arg-type]  # of any table
    found = db.session.scalar(rows.order_by(model.id.desc()).limit(1))  # type: ignore[attr-defined]
    assert found is not None, (model, [str(each) for each in conditions])
    return int(found)


def holder(role: Role) -> int:
    """Somebody who holds a role."""
    found = select(Membership.person_id).where(Membership.role == role).order_by(Membership.id)
    person = db.session.scalar(found.limit(1))
    assert person is not None
    return person


def works_pages() -> list[str]:
    """Tenders in every state, contracts, the works, and the record."""
    pages = ["/tenders", "/tenders?group=open", "/tenders?group=ended", "/tenders/exclusions"]
    pages += ["/delivery", "/delivery?show=late", "/log/"]
    shown = db.session.scalars(select(Tender.state).where(Tender.published_at.is_not(None)))
    pages += [f"/tenders/{one(Tender, Tender.state == state)}" for state in sorted(set(shown))]
    for how in (ContractState.SIGNED, ContractState.CLOSED):
        contract = db.session.get_one(Contract, one(Contract, Contract.state == how))
        pages.append(f"/tenders/{contract.tender_id}/contract")
    for part in MilestoneState:
        pages.append(f"/milestones/{one(Milestone, Milestone.state == part)}")
    pages += [f"/changes/{one(PlanChange, PlanChange.state == ChangeState.APPROVED)}"]
    leaf = db.session.scalar(select(Leaf.seq).where(Leaf.seq.is_not(None)).limit(1))
    return [*pages, f"/log/entries/{leaf}"]


def audit_pages() -> list[str]:
    """What auditors found and drew, and the year's report."""
    pages = ["/money/findings", "/money/findings?state=closed&q=x", "/money/samples"]
    states = (FindingState.ISSUED, FindingState.CLOSED)
    pages += [f"/money/findings/{one(Finding, Finding.state == each)}" for each in states]
    pages.append(f"/money/samples/{one(Sample)}")
    fund = db.session.get_one(Fund, one(Fund))
    return [*pages, "/money/report", f"/money/report/{fund.area_id}/{fund.year}"]


def auditor() -> Pages:
    """The auditor's desk."""
    flag, finding = one(Flag, Flag.state == FlagState.OPEN), one(Finding)
    pages = ["/audit", "/audit/flags", f"/audit/flags/{flag}", "/audit/findings", "/audit/looks"]
    pages += [f"/audit/findings/{finding}", f"/audit/findings/new?flag={flag}"]
    pages += ["/audit/samples", "/audit/samples/new", f"/audit/samples/{one(Sample)}"]
    return holder(Role.AUDITOR), [
        *pages,
        f"/audit/samples/items/{one(SampleItem)}",
        "/tenders/rules",
    ]


def officer() -> Pages:
    """Planning, seeking, judging and accepting work."""
    chosen = one(Project, Project.state == State.SELECTED)
    built = one(Project, Project.state == State.DELIVERING)
    judged = one(Tender, Tender.state == TenderState.OPENED)
    part = db.session.get_one(Milestone, one(Milestone, Milestone.state == MilestoneState.REPORTED))
    report = one(MilestoneReport, MilestoneReport.milestone_id == part.id)
    pages = [f"/projects/{chosen}/plan", f"/projects/{built}/change", f"/projects/{built}"]
    pages += [f"/projects/{built}/tenders/{kind}" for kind in ("new", "direct")]
    pages += [f"/tenders/{judged}{page}" for page in ("", "/office", "/reviewers", "/cancel")]
    pages += [f"/milestones/{part.id}", f"/reports/{report}/accept", "/tenders/exclusions/new"]
    pages += [f"/milestones/{part.id}/change?kind={kind}" for kind in ("delay", "scope", "cost")]
    pages += [f"/projects/{one(Project, Project.state == State.COMPLETED)}/account"]
    return holder(Role.OFFICER), pages


def judge() -> Pages:
    """Giving points."""
    found = db.session.execute(
        select(TenderReviewer.person_id, TenderReviewer.tender_id)
        .join(Tender, Tender.id == TenderReviewer.tender_id)
        .where(Tender.state == TenderState.OPENED)
        .order_by(TenderReviewer.id)
    ).all()
    person, tender = found[0]
    return person, [f"/tenders/{tender}/judge", "/desk"]


def bidder() -> Pages:
    """Bidding, and the receipt."""
    sealed = db.session.get_one(Bid, one(Bid, Bid.state == BidState.SEALED))
    pages = ["/bids", f"/bids/{sealed.id}", f"/bids/{sealed.id}/withdraw"]
    return sealed.submitted_by_id, [*pages, f"/tenders/{sealed.tender_id}/bid"]


def contractor() -> Pages:
    """Reporting work."""
    part, person = db.session.execute(
        select(Milestone.id, Membership.person_id)
        .join(Contract, Contract.id == Milestone.contract_id)
        .join(Membership, Membership.organisation_id == Contract.organisation_id)
        .where(Contract.state == ContractState.SIGNED)
        .where(Milestone.state.in_([MilestoneState.PLANNED, MilestoneState.REPORTED]))
        .where(Membership.role.in_([Role.BUSINESS, Role.SOCIAL]))
    ).first() or (0, 0)
    return person, [f"/milestones/{part}", f"/milestones/{part}/report"]


def finance() -> Pages:
    """The office of money."""
    pages = ["/ledger", "/ledger?tab=all", "/ledger/funds", "/ledger/payees", "/ledger/closings"]
    pages += ["/ledger/limits", "/ledger/funds/new", "/ledger/payees/new", "/ledger/bank"]
    pages += [f"/ledger/vouchers/new/{kind}" for kind in ("disburse", "receive", "allot", "refund")]
    paid = one(Voucher, Voucher.state == VoucherState.PAID, Voucher.kind == VoucherKind.DISBURSE)
    pages += [f"/ledger/vouchers/{paid}", f"/ledger/vouchers/{paid}/undo"]
    pages += [f"/ledger/funds/{one(Fund)}", f"/ledger/bank/{one(BankAccount)}"]
    return holder(Role.FINANCE), pages


WORKING: dict[str, Callable[[], Pages]] = {
    "auditor": auditor,
    "delivery officer": officer,
    "judge": judge,
    "bidder": bidder,
    "contractor": contractor,
    "finance": finance,
}
