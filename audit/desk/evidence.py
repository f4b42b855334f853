"""What flags and findings rest on: read from what auditors type, named and linked for pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation, Person
from audit.flags.rule import Ref
from core.errors import Invalid
from core.i18n import Message, gettext, lazy_gettext, localize
from ledger.document_forms import KINDS
from ledger.models import (
    BankAccount,
    CostCentre,
    CostCentreKind,
    Document,
    Fund,
    Payee,
    Transfer,
    Voucher,
    voucher_number,
)
from ledger.states import BOOKED
from projects.models import Project, Tender, tender_number

MOST = 60
_TYPED = re.compile(r"(PZ|ZB|L|P|D)-?0*(\d{1,15})", re.IGNORECASE)
_KINDS = {"PZ": "voucher", "ZB": "tender", "L": "line", "P": "project", "D": "document"}
_MODELS: dict[str, Any] = {
    "voucher": Voucher,
    "tender": Tender,
    "line": Transfer,
    "project": Project,
    "document": Document,
}


@dataclass(frozen=True, slots=True)
class RefView:
    """A piece of evidence in words, and its page; ``url`` is None where it has none, or none for
    this reader."""

    kind: str
    ref: int
    label: str
    url: str | None


def read(session: Session, typed: str) -> list[Ref]:
    """What auditors typed as evidence ("PZ-000012, L-345, ZB-00007, P-12, D-3").

    Raises ``Invalid`` (field ``evidence``) for what is unreadable or not there.
    """
    found: list[Ref] = []
    for word in re.split(r"[\s,;，；、]+", typed.strip()):
        if not word:
            continue
        match = _TYPED.fullmatch(word)
        if match is None:
            raise _wrong(lazy_gettext("“%(word)s” names nothing we know.", word=word[:40]))
        ref = (_KINDS[match[1].upper()], int(match[2]))
        if session.get(_MODELS[ref[0]], ref[1]) is None:
            raise _wrong(lazy_gettext("There is no %(word)s.", word=word[:40]))
        found.append(ref)
    if len(found) > MOST:
        raise _wrong(lazy_gettext("At most %(most)s pieces of evidence, please.", most=MOST))
    return list(dict.fromkeys(found))


def _wrong(problem: Message) -> Invalid:
    return Invalid(problem, fields={"evidence": problem})


def written(refs: Iterable[Ref]) -> str:
    """Evidence as it is typed."""
    signs = {kind: sign for sign, kind in _KINDS.items()}
    numbers = {"voucher": voucher_number, "tender": tender_number}
    return ", ".join(
        numbers[kind](ref) if kind in numbers else f"{signs[kind]}-{ref}"
        for kind, ref in refs
        if kind in signs
    )


def projects_of(session: Session, refs: Collection[Ref]) -> list[Ref]:
    """The projects that evidence belongs to, those named and those of vouchers, lines, papers and
    tenders."""
    by_kind = _by_kind(refs)
    found = set(by_kind["project"])
    vouchers = set(by_kind["voucher"])
    if by_kind["document"]:
        rows = select(Document.voucher_id).where(Document.id.in_(by_kind["document"]))
        vouchers |= set(session.scalars(rows))
    centres = select(CostCentre.ref).where(CostCentre.kind == CostCentreKind.PROJECT)
    for model, ids in ((Voucher, vouchers), (Transfer, set(by_kind["line"]))):
        if ids:
            table: Any = model
            rows = centres.join(table, table.cost_centre_id == CostCentre.id)
            found |= set(session.scalars(rows.where(table.id.in_(ids))))
    if by_kind["tender"]:
        rows = select(Tender.project_id).where(Tender.id.in_(by_kind["tender"]))
        found |= set(session.scalars(rows))
    return [("project", one) for one in sorted(found)]


def _by_kind(refs: Iterable[Ref]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for kind, ref in refs:
        found[kind].append(ref)
    return found


def views(session: Session, refs: Collection[Ref], *, public: bool = False) -> dict[Ref, RefView]:
    """Evidence in words with links: a query for each kind that has names. For the ``public``,
    without people and flags, and only what is booked."""
    by_kind = _by_kind(refs)
    found: dict[Ref, RefView] = {}
    for kind, ids in by_kind.items():
        if public and kind in {"person", "flag", "account"}:
            continue
        names = _NAMES[kind](session, ids, public)
        for ref, (label, url) in names.items():
            found[kind, ref] = RefView(kind, ref, label, url)
    return found


Names = Mapping[int, tuple[str, str | None]]


def _vouchers(session: Session, ids: list[int], public: bool) -> Names:
    if not public:
        return {one: (voucher_number(one), f"/ledger/vouchers/{one}") for one in ids}
    rows = select(Voucher.id).where(Voucher.id.in_(ids), Voucher.state.in_(sorted(BOOKED)))
    return {
        one: (voucher_number(one), f"/money/lines?voucher={one}") for one in session.scalars(rows)
    }


def _documents(session: Session, ids: list[int], public: bool) -> Names:
    rows = (
        select(Document.id, Document.kind, Document.number, Voucher.state)
        .join(Voucher, Voucher.id == Document.voucher_id)
        .where(Document.id.in_(ids))
    )
    found: dict[int, tuple[str, str | None]] = {}
    for ident, kind, number, state in session.execute(rows):
        booked = state in BOOKED
        if public and not booked:
            continue
        url = f"/money/documents/{ident}" if booked else f"/ledger/documents/{ident}"
        found[ident] = (f"{KINDS[kind]} {number or ident}", url)
    return found


def _named(model: Any, column: Any, address: str) -> Callable[[Session, list[int], bool], Names]:
    def names(session: Session, ids: list[int], _public: bool) -> Names:
        rows = select(model.id, column).where(model.id.in_(ids))
        return {
            ident: (str(localize(name).text), address.format(ident))
            for ident, name in session.execute(rows)
        }

    return names


def _people(session: Session, ids: list[int], _public: bool) -> Names:
    rows = select(Person.id, Person.name).where(Person.id.in_(ids))
    return {ident: (name or "*", None) for ident, name in session.execute(rows)}


def _tenders(_session: Session, ids: list[int], _public: bool) -> Names:
    return {one: (tender_number(one), f"/tenders/{one}") for one in ids}


def _lines(_session: Session, ids: list[int], _public: bool) -> Names:
    return {one: (gettext("Line %(number)s", number=one), f"/money/lines/{one}") for one in ids}


def _flags(_session: Session, ids: list[int], _public: bool) -> Names:
    return {one: (gettext("Flag %(number)s", number=one), f"/audit/flags/{one}") for one in ids}


_NAMES: dict[str, Callable[[Session, list[int], bool], Names]] = {
    "voucher": _vouchers,
    "document": _documents,
    "line": _lines,
    "flag": _flags,
    "person": _people,
    "tender": _tenders,
    "payee": _named(Payee, Payee.name, "/money/payees/{}"),
    "project": _named(Project, Project.title, "/projects/{}"),
    "fund": _named(Fund, Fund.name, "/money/funds/{}"),
    "organisation": _named(Organisation, Organisation.name, "/organisations/{}"),
    "account": _named(BankAccount, BankAccount.name, "/ledger/bank/{}"),
}
