"""What money is for: a fund's rounds, a round's projects, a project's money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from audit.filters import Filter
from audit.sums import Figure, figure, key_figures, sums
from core.errors import NotFound
from core.i18n import Localized, lazy_gettext, localize
from ledger.models import CostCentre, CostCentreKind, Fund, Payee

FUND = (
    "received",
    "from_above",
    "carried_in",
    "passed_on",
    "appropriated",
    "committed",
    "spent",
    "owed",
    "carried_out",
    "available",
    "in_bank",
)
# What a fund with sponsors' or doubling money shows besides.
SPONSORED = (
    "pledged",
    "from_sponsors",
    "given_back",
    "for_purposes",
    "provider_fees",
    "with_providers",
    "matched",
    "match_kept",
)
CALL = ("appropriated", "uncommitted", *SPONSORED)
ROUND = ("appropriated", "committed", "spent", "uncommitted")
PROJECT = ("committed", "spent", "owed", "open_commitments")
# The steps between, of a project that is built by contract.
BY_CONTRACT = ("committed", "contracted", "accepted", "spent", "owed", "open_commitments")
PAYEE = ("spent", "paid", "owed")
OF_PAYEE = ("spent", "paid", "owed", "contracted")
OF_CALL = ("appropriated", "from_sponsors", "matched", "uncommitted")
MOST = 200


@dataclass(frozen=True, slots=True)
class PurposeRow:
    """A round, a project or a payee in a table, with its figures."""

    id: int
    title: Localized
    figures: list[Figure]


@dataclass(frozen=True, slots=True)
class Purpose:
    """A round or project as the ledger knows it: ``ref`` is its number where it lives, ``cost``
    what the vote decided, in minor units; ``above`` is a project's round."""

    id: int
    kind: str
    ref: int
    title: Localized
    cost: int | None
    currency: str
    closed: bool
    above: tuple[int, Localized] | None


def load_fund(session: Session, fund_id: int) -> tuple[Fund, Area]:
    """A fund and its area. Raises ``NotFound``."""
    rows = select(Fund, Area).join(Area, Area.id == Fund.area_id).where(Fund.id == fund_id)
    found = session.execute(rows).one_or_none()
    if found is None:
        raise NotFound(lazy_gettext("There is no such fund."))
    return found[0], found[1]


def load_purpose(session: Session, kind: CostCentreKind, ident: int) -> Purpose:
    """A round, a project, a call or a pledge by its cost centre. Raises ``NotFound``."""
    found = session.get(CostCentre, ident)
    if found is None or found.kind != kind:
        raise NotFound(lazy_gettext("The ledger knows nothing of that kind and number."))
    above = session.get(CostCentre, found.parent_id) if found.parent_id else None
    return Purpose(
        id=found.id,
        kind=found.kind,
        ref=found.ref,
        title=localize(found.title),
        cost=found.cost,
        currency=found.currency or _currency(session, found.id),
        closed=found.closed_at is not None,
        above=(above.id, localize(above.title)) if above else None,
    )


def _currency(session: Session, ident: int) -> str:
    """The currency of most of a round's or a call's money."""
    names = ("appropriated", "pledged")
    found = sums(session, names, Filter(round=ident), by=("currency",))
    amounts = {currency: max(row.values()) for (currency,), row in found.items()}
    return max(amounts, key=lambda one: (amounts[one], one), default="CNY")


def rounds_of(session: Session, where: Filter) -> list[PurposeRow]:
    """The rounds that got money under a filter, the largest first."""
    return _above(session, CostCentreKind.ROUND, ROUND, where)


def calls_of(session: Session, where: Filter) -> list[PurposeRow]:
    """The calls for partners with money under a filter, the largest first."""
    return _above(session, CostCentreKind.CALL, OF_CALL, where)


def _above(
    session: Session, kind: CostCentreKind, names: Sequence[str], where: Filter
) -> list[PurposeRow]:
    found = {key: row for (key,), row in sums(session, names, where, by=("round",)).items()}
    of_kind = select(CostCentre.id).where(CostCentre.kind == kind, CostCentre.id.in_(found))
    rows = {ident: found[ident] for ident in session.scalars(of_kind)}
    return _rows(session, rows, names, where, "round")


def fund_figures(session: Session, where: Filter) -> dict[str, Figure]:
    """What a fund got and what became of it; of sponsors' money where there is some."""
    found = key_figures(session, (*FUND, *SPONSORED), where)
    return {name: found[name] for name in FUND} | there({name: found[name] for name in SPONSORED})


def there(found: Mapping[str, Figure]) -> dict[str, Figure]:
    """Those of figures that are not zero."""
    return {name: one for name, one in found.items() if one.amount}


def projects_of(session: Session, where: Filter) -> list[PurposeRow]:
    """The projects that money was promised to or spent on under a filter, the largest first."""
    # What is promised to a project is promised to no payee; what is left of it neither.
    names = PROJECT if where.payee is None else OF_PAYEE
    found = {key: row for (key,), row in sums(session, names, where, by=("cost_centre",)).items()}
    of_kind = select(CostCentre.id).where(
        CostCentre.kind == CostCentreKind.PROJECT, CostCentre.id.in_(found)
    )
    centres = {ident: found[ident] for ident in session.scalars(of_kind)}
    return _rows(session, centres, names, where, "cost_centre")


def project_figures(session: Session, where: Filter) -> dict[str, Figure]:
    """What a project was promised and spent, and the steps between where it has contracts."""
    return project_keys(sums(session, BY_CONTRACT, where)[()], where)


def project_keys(found: Mapping[str, int], where: Filter) -> dict[str, Figure]:
    """The same out of sums that were asked for already."""
    built = found["contracted"] or found["accepted"]
    names = BY_CONTRACT if built else PROJECT
    return {name: figure(name, found[name], where) for name in names}


def payees_of(session: Session, where: Filter) -> list[PurposeRow]:
    """Who was paid under a filter, whoever got most first."""
    found = sums(session, PAYEE, where, by=("payee",))
    payees = {key: row for (key,), row in found.items() if key}
    return _rows(session, payees, PAYEE, where, "payee")


def _rows(
    session: Session,
    found: dict[int, dict[str, int]],
    names: Sequence[str],
    where: Filter,
    key: str,
) -> list[PurposeRow]:
    largest = sorted(found, key=lambda one: (*(-found[one][name] for name in names), one))[:MOST]
    model = (Payee.id, Payee.name) if key == "payee" else (CostCentre.id, CostCentre.title)
    titles = dict(session.execute(select(*model).where(model[0].in_(largest))).all())
    return [
        PurposeRow(
            ident,
            localize(titles.get(ident)),
            [figure(name, found[ident][name], where, **{key: ident}) for name in names],
        )
        for ident in largest
    ]
