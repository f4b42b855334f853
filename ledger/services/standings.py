"""How far the money of projects has come, from commitment to payment, for one or many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.journal import FIGURES, Kind
from ledger.models import Account, Balance, CostCentre, CostCentreKind, Turnover


@dataclass(frozen=True, slots=True)
class Standing:
    """A project's money in minor units of ``currency``.

    ``committed`` is all that was ever committed, ``returned`` what went back to the funds,
    ``free`` what may still be contracted. ``invoiced`` and ``paid`` are less what payees gave
    back, so that ``committed`` is ``returned + invoiced`` and what is left.
    """

    committed: int = 0
    contracted: int = 0
    accepted: int = 0
    invoiced: int = 0
    paid: int = 0
    returned: int = 0
    free: int = 0
    currency: str = "CNY"
    by_contract: bool = False
    closed_at: datetime | None = None

    @property
    def left(self) -> int:
        """What is neither invoiced nor returned."""
        return self.committed - self.invoiced - self.returned


_CODES = sorted(
    {code for f in ("committed", "contracted", "accepted", "spent", "paid") for code in FIGURES[f]}
)


def standing(session: Session, project_ref: int) -> Standing:
    """How far a project's money has come; nothing at all for one that has none. Three queries."""
    return standings(session, [project_ref]).get(project_ref, Standing())


def standings(session: Session, refs: Iterable[int]) -> dict[int, Standing]:
    """The same of many projects by their numbers, without those that the ledger does not know;
    three queries."""
    rows = select(CostCentre).where(
        CostCentre.kind == CostCentreKind.PROJECT, CostCentre.ref.in_(list(refs))
    )
    centres = session.scalars(rows).all()
    ids = [centre.id for centre in centres]
    sums, free = _sums(session, ids), _free(session, ids)
    return {one.ref: _standing(one, sums[one.id], free.get(one.id, 0)) for one in centres}


def _standing(centre: CostCentre, sums: Counter[str], free: int) -> Standing:
    def of(figure: str) -> int:
        return sum(sign * sums[code] for code, sign in FIGURES[figure].items())

    return Standing(
        committed=of("committed") + sums["release"],
        contracted=of("contracted"),
        accepted=of("accepted"),
        invoiced=of("spent"),
        paid=of("paid"),
        returned=sums["release"],
        free=free,
        currency=centre.currency or "CNY",
        by_contract=centre.by_contract,
        closed_at=centre.closed_at,
    )


def _sums(session: Session, ids: list[int]) -> dict[int, Counter[str]]:
    rows = (
        select(Turnover.cost_centre_id, Turnover.code, func.sum(Turnover.amount))
        .where(Turnover.cost_centre_id.in_(ids), Turnover.code.in_(_CODES))
        .group_by(Turnover.cost_centre_id, Turnover.code)
    )
    found = {ident: Counter[str]() for ident in ids}
    for ident, code, amount in session.execute(rows):
        found[ident][code] = int(amount)
    return found


def _free(session: Session, ids: list[int]) -> dict[int, int]:
    """What is committed and not under contract."""
    rows = (
        select(Account.cost_centre_id, func.sum(Balance.net))
        .join(Balance, Balance.account_id == Account.id)
        .where(
            Account.cost_centre_id.in_(ids),
            Account.kind == Kind.ENCUMBRANCE,
            Account.payee_id.is_(None),
        )
        .group_by(Account.cost_centre_id)
    )
    return {ident or 0: int(net) for ident, net in session.execute(rows)}
