"""Everything about one voucher, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.models import Person
from core.errors import NotFound
from core.i18n import Localized, Message, date_long, gettext, lazy_gettext, localize
from ledger.capitals import capitals
from ledger.documents import documents_of
from ledger.journal import EVENTS, Event, Ref, lines_of, mirror
from ledger.models import CostCentre, CostCentreKind, Document, Fund, Voucher, VoucherState
from ledger.voucher_words import EVENTS as SAID
from ledger.words import LINES, account_words
from transparency.log import Entry, timeline

LARGEST = 2**63 - 1
DECISIONS = frozenset({"voucher.approved", "voucher.refused", "voucher.reversed"})
MONEY = frozenset({"voucher.paid", "ledger.posted"})


@dataclass(frozen=True, slots=True)
class LineView:
    """One line that a voucher books: what it does, and both its accounts in words."""

    what: Message
    debit: str
    credit: str
    amount: int


@dataclass(frozen=True, slots=True)
class LifeEntry:
    """One entry of the life line, as its macro shows it."""

    at: datetime
    tone: str
    title: str
    detail: str | None
    actor: str | None
    reason: str | None
    proof: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """Something that the voucher is about, with its page here, if there is one."""

    name: Localized
    url: str | None = None


@dataclass(frozen=True, slots=True)
class VoucherPage:
    """A voucher as its page shows it; amounts in minor units of its currency."""

    voucher: Voucher
    fund: Named
    to_fund: Named | None
    cost_centre: Named | None
    payee: Localized | None
    work: Localized | None
    asked_by: str
    capitals: str | None
    undoes: Voucher | None
    undone_by: Voucher | None
    lines: list[LineView]
    documents: list[Document]
    life: list[LifeEntry]


def load_voucher(session: Session, voucher_id: int) -> Voucher:
    """A voucher with all that its page names. Raises ``NotFound``."""
    found = session.scalar(
        select(Voucher)
        .where(Voucher.id == min(voucher_id, LARGEST))
        .options(
            joinedload(Voucher.fund).joinedload(Fund.area),
            joinedload(Voucher.to_fund).joinedload(Fund.area),
            joinedload(Voucher.cost_centre).joinedload(CostCentre.parent),
            joinedload(Voucher.payee),
            joinedload(Voucher.work),
        )
    )
    if found is None:
        raise NotFound(lazy_gettext("There is no such voucher."))
    return found


def voucher_page(session: Session, voucher: Voucher) -> VoucherPage:
    """What the page of a loaded voucher shows: at most six queries."""
    undoes = session.get(Voucher, voucher.reverses_id) if voucher.reverses_id else None
    entries = timeline(session, ("voucher", voucher.id))
    names = _names(session, entries, voucher.requested_by_id)
    return VoucherPage(
        voucher=voucher,
        fund=_fund(voucher.fund),
        to_fund=_fund(voucher.to_fund) if voucher.to_fund else None,
        cost_centre=_centre(voucher.cost_centre) if voucher.cost_centre else None,
        payee=localize(voucher.payee.name) if voucher.payee else None,
        work=localize(voucher.work.title) if voucher.work else None,
        asked_by=names.get(voucher.requested_by_id, ""),
        capitals=capitals(voucher.amount, voucher.currency),
        undoes=undoes,
        undone_by=_undone_by(session, voucher),
        lines=_lines(voucher, undoes),
        documents=documents_of(session, voucher.id),
        life=[_told(entry, names) for entry in entries if entry.type in SAID],
    )


def _fund(fund: Fund) -> Named:
    return Named(localize(fund.name), f"/ledger/funds/{fund.id}")


def _centre(centre: CostCentre) -> Named:
    within = "/partners" if centre.kind == CostCentreKind.CALL else ""
    return Named(localize(centre.title), f"{within}/{centre.kind}s/{centre.ref}")


def _undone_by(session: Session, voucher: Voucher) -> Voucher | None:
    """The voucher that undoes this one, or asks to."""
    open_ = (VoucherState.REQUESTED, VoucherState.APPROVED)
    rows = select(Voucher).where(Voucher.reverses_id == voucher.id, Voucher.state.in_(open_))
    return session.scalar(rows.order_by(Voucher.id.desc()).limit(1))


def _names(session: Session, entries: Sequence[Entry], asked_by: int) -> dict[int, str]:
    wanted = {asked_by, *(entry.body["by"] for entry in entries if "by" in entry.body)}
    rows = select(Person.id, Person.name).where(Person.id.in_(wanted))
    return dict(session.execute(rows).all())


def _lines(voucher: Voucher, undoes: Voucher | None) -> list[LineView]:
    """What it books, or has booked; an undoing books the mirror of what it undoes."""
    of = undoes or voucher
    about = Event(of.fund_id, of.to_fund_id, of.cost_centre_id, of.cost_centre_id, of.payee_id)
    events = [of.event]
    paid = f"{of.kind}.paid"
    if paid in EVENTS and (undoes is None or undoes.paid_on is not None):
        events.append(paid)
    found = [line for event in events for line in lines_of(event, about, of.amount)]
    if undoes is not None:
        found = mirror(found)
    return [
        LineView(
            LINES[ln.code], _account(ln.debit, voucher), _account(ln.credit, voucher), ln.amount
        )
        for ln in found
    ]


def _account(ref: Ref, voucher: Voucher) -> str:
    other = voucher.to_fund if voucher.to_fund_id == ref.fund else None
    where: list[dict[str, str]] = []
    if ref.cost_centre and voucher.cost_centre:
        where.append(voucher.cost_centre.title)
    if ref.payee and voucher.payee:
        where.append(voucher.payee.name)
    where = where or [(other or voucher.fund).name]
    return " · ".join(
        [str(account_words(ref.kind, ref.payee)), *(localize(one).text for one in where)]
    )


def _told(entry: Entry, names: Mapping[int, str]) -> LifeEntry:
    body = entry.body
    tone = "decision" if entry.type in DECISIONS else "money" if entry.type in MONEY else "step"
    return LifeEntry(
        at=entry.at,
        tone=tone,
        title=str(SAID[entry.type]),
        detail=_detail(body),
        actor=names.get(body.get("by", 0)),
        reason=body.get("reason"),
        proof=gettext("Number %(number)s in the public record", number=entry.number),
        url=entry.url,
    )


def _detail(body: Mapping[str, Any]) -> str | None:
    if "on" in body:
        return date_long(date.fromisoformat(body["on"]))
    if "lines" in body:
        numbers = ", ".join(str(line["id"]) for line in body["lines"])
        return gettext("lines %(numbers)s", numbers=numbers)
    return None


def about(page: VoucherPage) -> str:
    """What a voucher is about, in one line for headings."""
    named = [one.name.text for one in (page.to_fund, page.cost_centre) if one is not None]
    payee = [page.payee.text] if page.payee else []
    return " · ".join(named + payee or [page.fund.name.text])
