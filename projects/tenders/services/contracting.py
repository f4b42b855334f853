"""The contract: drawn up by one person, agreed to by the contractor, signed by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from core.canonical import digest
from core.clock import local_date
from core.db import lock
from core.errors import Conflict, Invalid, Refused
from core.i18n import format_money, lazy_gettext
from core.types import Money
from projects.models import Contract, Method, Milestone, Tender
from projects.services.moves import advance
from projects.states import CONTRACT_MOVES, TENDER_MOVES, ContractState, TenderState
from projects.tenders.books import book, payee_of
from projects.tenders.people import acts_for, check_neutral, people_of
from projects.tenders.services.objecting import open_objections
from projects.tenders.services.record import bidding_people, record, tell_all

_ENDED = (ContractState.CLOSED, ContractState.TERMINATED)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract says besides its amount, which is the award's. ``prices`` by milestone, in
    minor units, come to the amount."""

    text: str
    starts_on: date
    ends_on: date
    prices: Mapping[int, int]


def suggested_prices(session: Session, tender: Tender) -> dict[int, int]:
    """The award's amount shared out over the milestones by their budgets, the rest to the first."""
    rows = covered(session, tender.id)
    if not rows or tender.award_amount is None:
        return {}
    weights = [one.budget for one in rows]
    whole = Money(tender.award_amount, tender.currency)
    parts = whole.split(weights if sum(weights) else [1] * len(rows))
    return {one.id: part.amount for one, part in zip(rows, parts, strict=True)}


def covered(session: Session, tender_id: int) -> list[Milestone]:
    """The parts of the plan that a tender covers."""
    rows = select(Milestone).where(Milestone.tender_id == tender_id).order_by(Milestone.position)
    return list(session.scalars(rows))


def draw_contract(
    session: Session, tender_id: int, terms: Terms, by_id: int, now: datetime
) -> Contract:
    """Draw up the contract of an award, or change it until the contractor agrees.

    Raises ``Conflict`` during the standstill, while an objection waits or a contract with the same
    payee runs for this project; ``Invalid`` when dates or prices do not fit.
    """
    tender = lock(session, Tender, tender_id)
    check_neutral(session, tender, by_id)
    organisation = _winner(session, tender, now)
    rows = covered(session, tender.id)
    _check_terms(terms, {one.id for one in rows}, tender)
    known = contract_of(session, tender.id)
    if known is not None and known.state != ContractState.DRAWN:
        raise Conflict(lazy_gettext("The contractor has agreed; this contract does not change."))
    made = known or Contract(tender_id=tender.id)
    payee = payee_of(session, organisation, now)
    _check_only(session, tender, payee.id)
    made.project_id, made.organisation_id = tender.project_id, organisation.id
    made.payee_id, made.state = payee.id, ContractState.DRAWN
    made.amount = made.amount_now = tender.award_amount or 0
    made.currency, made.terms = tender.currency, terms.text
    made.starts_on, made.ends_on = terms.starts_on, terms.ends_on
    made.ends_on_now = terms.ends_on
    made.retention_bp = tender.retention_bp
    made.warranty_until = months_after(terms.ends_on, tender.warranty_months)
    made.drawn_by_id, made.drawn_at = by_id, now
    session.add(made)
    session.flush()
    for one in rows:
        one.contract_id, one.price = made.id, terms.prices[one.id]
    session.flush()
    message = lazy_gettext("The contract for “%(title)s” is drawn up. Please read it and agree.")
    url = f"/tenders/{tender.id}/contract/agree"
    people = people_of(session, organisation.id, now)
    tell_all(session, people, message, tender, now, url=url)
    return made


def agree(
    session: Session, tender_id: int, by_id: int, now: datetime, *, on_paper: bool = False
) -> Contract:
    """The contractor agrees: one of its people here, or on paper, which an officer enters.

    Raises ``Refused`` for somebody of another side, ``Conflict`` when there is nothing to agree to.
    """
    tender = lock(session, Tender, tender_id)
    contract = _contract(session, tender_id)
    own = acts_for(session, by_id, contract.organisation_id, now)
    if on_paper:
        check_neutral(session, tender, by_id)
    elif not own:
        raise Refused(lazy_gettext("Only those who act for the contractor agree for it."))
    advance(contract, CONTRACT_MOVES, "agree")
    contract.agreed_by_id, contract.agreed_at, contract.agreed_on_paper = by_id, now, on_paper
    body = {"contract": contract.id, "winner": contract.organisation_id, "on_paper": on_paper}
    record(session, tender, "contract.agreed", body, now)
    return contract


def sign_contract(session: Session, tender_id: int, by_id: int, now: datetime) -> Contract:
    """Sign what somebody else has drawn up and the contractor agreed to: it is frozen under its
    hash, and its amount is promised in the books.

    Raises ``Refused`` for who drew it up or acts for the contractor, ``Conflict`` while the
    standstill or an objection holds it up, ``Invalid`` when the money is not there.
    """
    tender = lock(session, Tender, tender_id)
    check_neutral(session, tender, by_id)
    organisation = _winner(session, tender, now)
    contract = _contract(session, tender_id)
    if by_id == contract.drawn_by_id:
        raise Refused(lazy_gettext("You drew this up yourself; somebody else has to sign it."))
    advance(contract, CONTRACT_MOVES, "sign")
    advance(tender, TENDER_MOVES, "contract")
    # All at once: the database takes no change of it afterwards.
    contract.sha256 = digest(contract_facts(session, contract))
    contract.signed_by_id, contract.signed_at = by_id, now
    session.flush()
    book(session, contract, by_id, now)
    body = {
        "by": "officer",
        "contract": contract.id,
        "title": tender.title,
        "winner": organisation.id,
        "amount": contract.amount,
        "currency": contract.currency,
        "sha256": contract.sha256,
    }
    record(session, tender, "contract.signed", body, now)
    message = lazy_gettext("The contract for “%(title)s” is signed.")
    tell_all(session, people_of(session, organisation.id, now), message, tender, now)
    others = bidding_people(session, tender.id, now) - people_of(session, organisation.id, now)
    tell_all(session, others, message, tender, now)
    return contract


def contract_facts(session: Session, contract: Contract) -> dict[str, object]:
    """All that is signed; its canonical JSON's SHA-256 is what is recorded."""
    return {
        "contract": contract.id,
        "tender": contract.tender_id,
        "project": contract.project_id,
        "organisation": contract.organisation_id,
        "payee": contract.payee_id,
        "amount": contract.amount,
        "currency": contract.currency,
        "terms": contract.terms,
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.ends_on.isoformat(),
        "retention_bp": contract.retention_bp,
        "warranty_until": contract.warranty_until.isoformat(),
        "agreed_on_paper": contract.agreed_on_paper,
        "prices": [
            {"milestone": one.id, "price": one.price}
            for one in covered(session, contract.tender_id)
        ],
    }


def contract_of(session: Session, tender_id: int) -> Contract | None:
    """The contract that a tender led to, if there is one."""
    return session.scalar(select(Contract).where(Contract.tender_id == tender_id))


def held_up(session: Session, tender: Tender, now: datetime) -> None:
    """Raise ``Conflict``, saying why, while there can be no contract."""
    if tender.state != TenderState.AWARDED:
        raise Conflict(lazy_gettext("Only what is awarded becomes a contract."))
    if tender.method == Method.OPEN and not _over(tender, now):
        raise Conflict(
            lazy_gettext("No contract before the standstill is over: everybody may still object.")
        )
    if open_objections(session, tender.id):
        raise Conflict(lazy_gettext("An objection waits for its answer; no contract before that."))


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)


def _over(tender: Tender, now: datetime) -> bool:
    return tender.standstill_until is not None and local_date(now) > tender.standstill_until


def _winner(session: Session, tender: Tender, now: datetime) -> Organisation:
    held_up(session, tender, now)
    return session.get_one(Organisation, tender.winner_id)


def _contract(session: Session, tender_id: int) -> Contract:
    rows = select(Contract).where(Contract.tender_id == tender_id)
    found = session.scalar(rows.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise Conflict(lazy_gettext("No contract is drawn up yet."))
    return found


def _check_terms(terms: Terms, milestones: set[int], tender: Tender) -> None:
    if terms.ends_on < terms.starts_on:
        problem = lazy_gettext("The work ends before it begins.")
        raise Invalid(problem, fields={"ends_on": problem})
    total = sum(terms.prices.values())
    if set(terms.prices) != milestones or any(price < 0 for price in terms.prices.values()):
        problem = lazy_gettext("Please give each part of the work its price.")
    elif total != tender.award_amount:
        problem = lazy_gettext(
            "The prices come to %(total)s; they must come to %(amount)s.",
            total=format_money(total, tender.currency),
            amount=format_money(tender.award_amount or 0, tender.currency),
        )
    else:
        return
    raise Invalid(problem, fields={"prices": problem})


def _check_only(session: Session, tender: Tender, payee_id: int) -> None:
    running = select(Contract.id).where(
        Contract.project_id == tender.project_id,
        Contract.payee_id == payee_id,
        Contract.tender_id != tender.id,
        Contract.state.not_in(_ENDED),
    )
    if session.scalar(running.limit(1)) is not None:
        raise Conflict(
            lazy_gettext(
                "This organisation has a contract for this project already. Change that one, or "
                "close it first."
            )
        )
