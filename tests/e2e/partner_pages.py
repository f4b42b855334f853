"""Pages of the demo community about partners, by whose they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from accounts.models import Role
from core.clock import local_date
from core.db import db, transaction
from sponsorship.models import (
    BankConfirmation,
    Business,
    GuidanceCall,
    Instalment,
    KindReceipt,
    Opening,
    OpeningKind,
    Payment,
    Pledge,
    PledgeKind,
    Relation,
    Seat,
    SeatRole,
)
from sponsorship.payments.providers import provider
from sponsorship.payments.services import paying, transfers
from sponsorship.states import BusinessState, OpeningState, PaymentState, PledgeState
from tests.e2e.demo_pages import Pages, holder, one

OFFICE = "/office/partners"


def wait_for_transfers(now: datetime) -> None:
    """Two instalments are paid by transfer: one has arrived, as one person says, one has not."""
    due = one(Pledge, Pledge.state == PledgeState.DUE)
    rows = select(Instalment.id).where(Instalment.pledge_id == due, Instalment.paid == 0)
    with transaction() as session:
        payer = _manager(due)
        payment = paying.begin(
            session, session.scalars(rows).one(), ("bank", "transfer"), payer, now
        )
        ask, ident = paying.ask_of(payment), payment.id
    with transaction() as session:
        paying.begun(session.get_one(Payment, ident), provider("bank").begin(ask))
    with transaction() as session:
        transfers.ask(session, ident, holder(Role.FINANCE), now, on=local_date(now))


def partner_pages() -> list[str]:
    """For everybody: the square, openings in every state, calls and their versions, sponsors."""
    pages = ["/partners", "/partners?giving=goods", "/partners?q=zzzz&order=new", "/partners/calls"]
    pages += [f"/partners/openings/{each}" for each in db.session.scalars(select(Opening.id))]
    for call, version in db.session.execute(select(GuidanceCall.id, GuidanceCall.version)):
        pages += [f"/partners/calls/{call}", f"/partners/calls/{call}/versions/{version}"]
    pages += ["/partners/sponsors", "/partners/sponsors?q=zzzz", "/partners/payments"]
    verified = select(Business.id).where(Business.state == BusinessState.VERIFIED)
    pages += [f"/partners/sponsors/{each}" for each in db.session.scalars(verified)]
    paid = one(Pledge, Pledge.state == PledgeState.RELEASED)
    helped = db.session.get_one(Opening, one(Opening, Opening.state == OpeningState.MET))
    return [*pages, f"/money/pledges/{paid}", f"/projects/{helped.project_id}"]


def sponsor() -> Pages:
    """The supermarket's manager: the dashboard, the business, an offer, each pledge."""
    asked = one(Pledge, Pledge.state == PledgeState.OFFERED)
    business = db.session.get_one(Pledge, asked).business_id
    base = f"/sponsor/businesses/{business}"
    pages = ["/sponsor", "/sponsor/businesses/new", base, "/desk"]
    pages += [f"{base}/{page}" for page in ("edit", "invite", "relations")]
    taking = one(Opening, Opening.kind == OpeningKind.CATEGORY, Opening.state == OpeningState.OPEN)
    offer = f"/sponsor/openings/{taking}/offer"
    pages += [offer, f"{offer}?as=person", f"/partners/openings/{taking}"]
    own = select(Pledge.id).where(Pledge.business_id == business)
    pages += [f"/sponsor/pledges/{each}" for each in db.session.scalars(own)]
    seat = one(Seat, Seat.business_id == business, Seat.role == SeatRole.PAYER)
    pages += [f"/sponsor/pledges/{asked}/withdraw", f"/sponsor/seats/{seat}/role"]
    return _manager(asked), [*pages, f"/sponsor/seats/{seat}/end"]


def payer() -> Pages:
    """The bakery's manager: pledges that ended or are due, and paying."""
    due = one(Pledge, Pledge.state == PledgeState.DUE)
    own = select(Pledge.id).where(Pledge.business_id == db.session.get_one(Pledge, due).business_id)
    pages = [f"/sponsor/pledges/{each}" for each in db.session.scalars(own)]
    pages += [f"/sponsor/pledges/{due}/{page}" for page in ("agreement", "pay")]
    payment = one(Payment, Payment.state == PaymentState.PENDING)
    pages += [f"/sponsor/payments/{payment}", f"/sponsor/payments/{payment}/transfer"]
    return _manager(due), pages


def signer() -> Pages:
    """The pharmacy's manager: an agreement to be signed, a disputed payment."""
    accepted = one(Pledge, Pledge.state == PledgeState.ACCEPTED)
    base = f"/sponsor/pledges/{accepted}"
    pages = [
        "/desk",
        "/sponsor",
        base,
        *(f"{base}/{one}" for one in ("agreement", "sign", "cancel")),
    ]
    disputed = one(Payment, Payment.disputed > 0)
    return _manager(accepted), [*pages, f"/sponsor/payments/{disputed}"]


def partners_officer() -> Pages:
    """Calls, openings, businesses, and pledges in every state."""
    call = one(GuidanceCall)
    pages = [OFFICE, f"{OFFICE}/calls/{call}"]
    pages += [f"{OFFICE}/calls/{call}/{page}" for page in ("edit", "close", "openings")]
    pages += [f"{OFFICE}/calls/{call}/openings/new?kind={kind}" for kind in ("category", "pool")]
    fund = db.session.get_one(GuidanceCall, call).fund_id
    pages.append(f"{OFFICE}/funds/{fund}/calls/new")
    pages.append(f"{OFFICE}/openings/{one(Opening, Opening.state == OpeningState.OPEN)}/close")
    submitted = one(Business, Business.state == BusinessState.SUBMITTED)
    pages += [f"{OFFICE}/businesses/{submitted}{page}" for page in ("", "/verify", "/refuse")]
    close = db.session.get_one(Relation, one(Relation)).business_id
    pages += [
        f"{OFFICE}/businesses",
        *(f"{OFFICE}/businesses/{close}{p}" for p in ("", "/suspend")),
    ]
    return holder(Role.OFFICER), [*pages, *_pledges(), f"{OFFICE}/templates"]


def _pledges() -> list[str]:
    pages = [
        f"{OFFICE}/pledges",
        f"{OFFICE}/pledges?state=offered",
        f"{OFFICE}/pledges?kind=in_kind",
    ]
    shown = [state for state in PledgeState if state != PledgeState.DRAFT]
    there = set(db.session.scalars(select(Pledge.state)))
    pages += [f"{OFFICE}/pledges/{one(Pledge, Pledge.state == s)}" for s in shown if s in there]
    offered = one(Pledge, Pledge.state == PledgeState.OFFERED)
    signed = one(Pledge, Pledge.state == PledgeState.SIGNED, Pledge.kind == PledgeKind.VENUE)
    paid = one(Pledge, Pledge.state == PledgeState.PAID, Pledge.business_id.is_not(None))
    pages += [f"{OFFICE}/pledges/{offered}/{page}" for page in ("accept", "decline")]
    pages += [f"{OFFICE}/pledges/{signed}/{page}" for page in ("agreement", "receive", "cancel")]
    received = db.session.get_one(KindReceipt, one(KindReceipt)).pledge_id
    return [*pages, f"{OFFICE}/pledges/{paid}/release", f"{OFFICE}/pledges/{received}"]


def partners_money() -> Pages:
    """Payments, transfers and what does not match."""
    pages = [f"{OFFICE}/payments", f"{OFFICE}/payments?state=paid", f"{OFFICE}/problems"]
    kinds = (Payment.state == PaymentState.PENDING, Payment.disputed > 0, Payment.refunded > 0)
    pages += [f"{OFFICE}/payments/{one(Payment, kind)}" for kind in kinds]
    paid = one(Payment, Payment.state == PaymentState.PAID, Payment.provider == "bank")
    return holder(Role.FINANCE), [*pages, f"{OFFICE}/payments/{paid}/refund", f"{OFFICE}/transfers"]


def approver() -> Pages:
    """Confirming what somebody else has seen."""
    base = f"{OFFICE}/transfers"
    said = f"{base}/{one(BankConfirmation)}"
    return holder(Role.APPROVER), ["/desk", base, f"{said}/confirm", f"{said}/drop"]


def _manager(pledge: int) -> int:
    business = db.session.get_one(Pledge, pledge).business_id
    seats = select(Seat.person_id).where(
        Seat.business_id == business, Seat.role == SeatRole.MANAGER
    )
    return db.session.scalars(seats).one()


PARTNERS: dict[str, Callable[[], Pages]] = {
    "sponsor": sponsor,
    "sponsor who pays": payer,
    "sponsor who signs": signer,
    "officer for partners": partners_officer,
    "finance for partners": partners_money,
    "approver of transfers": approver,
}
