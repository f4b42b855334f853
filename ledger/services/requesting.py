"""Asking for money to be moved: what each kind of voucher needs, and what it may not be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.clock import local_date
from core.db import hold
from core.errors import Conflict, Invalid
from core.i18n import Message, lazy_gettext
from core.types import MAX_MINOR
from ledger.models import (
    CostCentre,
    CostCentreKind,
    Fund,
    Payee,
    Voucher,
    VoucherKind,
    VoucherState,
)
from ledger.services.records import record
from ledger.services.standing import contract_open, open_commitment, owed
from ledger.services.works import check_work, hold_work
from ledger.states import BOOKED

K = VoucherKind
OLDEST = timedelta(days=366)
FOR_ROUNDS = frozenset({K.APPROPRIATE, K.UNAPPROPRIATE})
FOR_PROJECTS = frozenset({K.DISBURSE, K.REFUND, K.RELEASE})
TO_FUNDS = frozenset({K.ALLOT, K.CARRY_OVER})
TO_PAYEES = frozenset({K.DISBURSE, K.REFUND})


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for. ``key`` is new for each form, so that sending it twice asks once;
    ``amount`` is in minor units of the fund's currency."""

    kind: VoucherKind
    key: str
    fund_id: int
    amount: int
    purpose: str
    effective_on: date
    conditions: str = ""
    to_fund_id: int | None = None
    cost_centre_id: int | None = None
    payee_id: int | None = None
    reverses_id: int | None = None
    work_id: int | None = None


def request(session: Session, asked: Request, by_id: int, now: datetime) -> Voucher:
    """Ask for money to be moved; the same request again is the same voucher.

    Raises ``Invalid`` for what does not fit, naming the field, and ``Conflict`` when the key
    was used for another request.
    """
    hold_work(session, asked.work_id)
    fund = hold(session, Fund, asked.fund_id)
    asked = _complete(session, asked)
    if known := session.scalar(select(Voucher).where(Voucher.idempotency_key == asked.key)):
        return _same(known, asked, by_id)
    _check_amount(asked)
    _check_date(fund, asked.effective_on, local_date(now))
    _check_subject(session, fund, asked)
    made = Voucher(
        idempotency_key=asked.key,
        kind=asked.kind,
        state=VoucherState.REQUESTED,
        fund_id=fund.id,
        to_fund_id=asked.to_fund_id,
        cost_centre_id=asked.cost_centre_id,
        payee_id=asked.payee_id,
        reverses_id=asked.reverses_id,
        work_id=asked.work_id,
        amount=asked.amount,
        currency=fund.currency,
        purpose=asked.purpose,
        conditions=asked.conditions,
        effective_on=asked.effective_on,
        requested_by_id=by_id,
        requested_at=now,
    )
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:  # the same key for another fund, at the same moment
        raise Conflict(_OTHERWISE) from error
    record(session, made, "voucher.requested", {"by": by_id}, now)
    return made


def _same(known: Voucher, asked: Request, by_id: int) -> Voucher:
    same = (
        known.kind == asked.kind
        and known.fund_id == asked.fund_id
        and known.amount == asked.amount
        and known.purpose == asked.purpose
        and known.conditions == asked.conditions
        and known.effective_on == asked.effective_on
        and known.to_fund_id == asked.to_fund_id
        and known.cost_centre_id == asked.cost_centre_id
        and known.payee_id == asked.payee_id
        and known.reverses_id == asked.reverses_id
        and known.work_id == asked.work_id
        and known.requested_by_id == by_id
    )
    if not same:
        raise Conflict(_OTHERWISE)
    return known


_OTHERWISE: Message = lazy_gettext(
    "This form was sent already with other figures. Please open a new one."
)


def _complete(session: Session, asked: Request) -> Request:
    """Only what its kind is about; what undoes another voucher is about the same as that."""
    kind = asked.kind
    undone = None
    if kind == K.REVERSE and asked.reverses_id is not None:
        undone = session.get(Voucher, asked.reverses_id)
    if undone is not None:
        return replace(
            asked,
            to_fund_id=undone.to_fund_id,
            cost_centre_id=undone.cost_centre_id,
            payee_id=undone.payee_id,
            work_id=None,
        )
    return replace(
        asked,
        to_fund_id=asked.to_fund_id if kind in TO_FUNDS else None,
        cost_centre_id=asked.cost_centre_id if kind in FOR_ROUNDS | FOR_PROJECTS else None,
        payee_id=asked.payee_id if kind in TO_PAYEES else None,
        reverses_id=None,
        work_id=asked.work_id if kind == K.DISBURSE else None,
    )


def _wrong(field: str, problem: Message) -> Invalid:
    return Invalid(problem, fields={field: problem})


def _check_amount(asked: Request) -> None:
    if type(asked.amount) is not int or not 0 < asked.amount <= MAX_MINOR:
        raise _wrong("amount", lazy_gettext("Please give an amount above zero, within bounds."))


def _check_date(fund: Fund, day: date, today: date) -> None:
    if fund.closed_until is not None and day <= fund.closed_until:
        raise _wrong(
            "effective_on",
            lazy_gettext(
                "The books are closed up to %(day)s. Please use a later date; corrections carry"
                " the date on which they are made.",
                day=fund.closed_until.isoformat(),
            ),
        )
    if not today - OLDEST <= day <= today:
        raise _wrong(
            "effective_on", lazy_gettext("Please choose a day within the past year, up to today.")
        )


def _check_subject(session: Session, fund: Fund, asked: Request) -> None:
    kind = asked.kind
    if kind in TO_FUNDS:
        _check_to_fund(session, fund, asked)
    if kind in FOR_ROUNDS:
        _check_cost_centre(session, asked, CostCentreKind.ROUND, CostCentreKind.CALL)
    centre = None
    if kind in FOR_PROJECTS:
        centre = _check_cost_centre(session, asked, CostCentreKind.PROJECT)
    if kind in TO_PAYEES and (not asked.payee_id or not session.get(Payee, asked.payee_id)):
        raise _wrong("payee", lazy_gettext("Please choose who is paid."))
    if kind == K.DISBURSE and centre:
        check_work(session, centre, asked)
    if kind == K.RELEASE and centre:
        _check_release(session, centre, asked)
    if kind == K.REVERSE:
        _check_reversal(session, asked)


def _check_to_fund(session: Session, fund: Fund, asked: Request) -> None:
    other = session.get(Fund, asked.to_fund_id) if asked.to_fund_id else None
    if other is None:
        raise _wrong("to_fund", lazy_gettext("Please choose the fund that receives the money."))
    if other.currency != fund.currency:
        raise _wrong("to_fund", lazy_gettext("Both funds must be kept in the same currency."))
    if asked.kind == K.ALLOT and other.area.parent_id != fund.area_id:
        raise _wrong("to_fund", lazy_gettext("Money is handed to the areas directly below."))
    next_year = (fund.area_id, fund.kind, fund.year + 1)
    if asked.kind == K.CARRY_OVER and (other.area_id, other.kind, other.year) != next_year:
        problem = lazy_gettext("What is left goes to next year's fund of the same area and kind.")
        raise _wrong("to_fund", problem)


def _check_cost_centre(session: Session, asked: Request, *kinds: CostCentreKind) -> CostCentre:
    centre = session.get(CostCentre, asked.cost_centre_id) if asked.cost_centre_id else None
    if centre is None or centre.kind not in kinds:
        problem = (
            lazy_gettext("Please choose a round or a call for partners.")
            if CostCentreKind.ROUND in kinds
            else lazy_gettext("Please choose a project.")
        )
        raise _wrong("cost_centre", problem)
    if centre.closed_at is not None and asked.kind != K.REFUND:
        raise _wrong("cost_centre", lazy_gettext("This project's books are closed."))
    return centre


def _check_release(session: Session, centre: CostCentre, asked: Request) -> None:
    if problem := contract_open(session, centre):
        raise _wrong("cost_centre", problem)
    if owed(session, asked.fund_id, centre.id):
        problem = lazy_gettext("An invoice of this project is still to be paid.")
        raise _wrong("cost_centre", problem)
    if asked.amount != open_commitment(session, asked.fund_id, centre.id):
        problem = lazy_gettext("Closing a project returns exactly what is left of its money.")
        raise _wrong("amount", problem)


def _check_reversal(session: Session, asked: Request) -> None:
    undone = session.get(Voucher, asked.reverses_id) if asked.reverses_id else None
    fits = (
        undone is not None
        and undone.state in BOOKED - {VoucherState.REVERSED}
        and undone.kind != K.REVERSE
        and (undone.fund_id, undone.amount) == (asked.fund_id, asked.amount)
    )
    if not fits:
        raise Conflict(lazy_gettext("Only a voucher that is booked can be undone, and only once."))
