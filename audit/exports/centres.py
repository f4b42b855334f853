"""What a line is for, as exports say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.exports.values import say
from ledger.models import CostCentre, CostCentreKind


@dataclass(frozen=True, slots=True)
class CentreInfo:
    """What a line is for: the round, and the project unless it is the round itself; or the call
    for partners, and the pledge unless it is the call itself."""

    round_ref: int | None = None
    round_title: str = ""
    project_ref: int | None = None
    project_title: str = ""
    call_ref: int | None = None
    call_title: str = ""
    pledge_ref: int | None = None
    pledge: str = ""

    @property
    def narrowest(self) -> tuple[str, int] | None:
        """The kind and number of the narrowest of them."""
        for kind in ("pledge", "call", "project", "round"):
            if (ref := getattr(self, f"{kind}_ref")) is not None:
                return kind, ref
        return None


def centres_of(session: Session) -> dict[int, CentreInfo]:
    """What lines can be for, by the number of its cost centre."""
    rows = select(
        CostCentre.id, CostCentre.kind, CostCentre.ref, CostCentre.title, CostCentre.parent_id
    )
    found = {row.id: row for row in session.execute(rows)}
    return {ident: _centre(row, found) for ident, row in found.items()}


def _centre(row: Any, found: Mapping[int, Any]) -> CentreInfo:
    if row.kind == CostCentreKind.ROUND:
        return CentreInfo(row.ref, say(row.title))
    above = found.get(row.parent_id)
    if row.kind == CostCentreKind.CALL:
        return CentreInfo(call_ref=row.ref, call_title=say(row.title))
    if row.kind == CostCentreKind.PLEDGE:
        call = _centre(above, found) if above else CentreInfo()
        return replace(call, pledge_ref=row.ref, pledge=say(row.title))
    if above is None:
        return CentreInfo(project_ref=row.ref, project_title=say(row.title))
    return CentreInfo(above.ref, say(above.title), row.ref, say(row.title))
