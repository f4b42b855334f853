"""What the books record of a project, as entries of its life line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.i18n import format_money, gettext
from ledger.words import LINES
from projects.life import LifeEntry
from transparency.log import Entry, timeline

POSTED, REFUSED = "ledger.posted", "voucher.refused"
# Each event books several lines; these say to everybody what happened.
TELLING = ("commit", "pay", "refund", "release")
MOST = 12
LOOKED_AT = 60


def money_life(session: Session, project_id: int) -> list[LifeEntry]:
    """The newest ``MOST`` entries of the books about a project, newest first."""
    entries = timeline(session, ("project", project_id), types=(POSTED, REFUSED), limit=LOOKED_AT)
    told = (_told(entry) for entry in entries)
    return [one for one in told if one is not None][:MOST]


def _told(entry: Entry) -> LifeEntry | None:
    if entry.type == REFUSED:
        title, detail = gettext("A payment was not approved"), _amount(entry.body)
    else:
        lines = [one for one in entry.body["lines"] if one["code"] in TELLING]
        if not lines:
            return None
        title, detail = str(LINES[lines[0]["code"]]), _amounts(lines)
    return LifeEntry(
        at=entry.at,
        tone="money",
        title=title,
        detail=detail,
        actor=None,
        reason=entry.body.get("reason"),
        proof=gettext("Number %(number)s in the public record", number=entry.number),
        url=entry.url,
    )


def _amount(body: dict[str, Any]) -> str:
    return format_money(body["amount"], body["currency"])


def _amounts(lines: Sequence[dict[str, Any]]) -> str:
    """The sum of lines of one event, which are all of one currency."""
    said = format_money(sum(line["amount"] for line in lines), lines[0]["currency"])
    if lines[0]["reverses"] is not None:
        return gettext("%(money)s, undone again", money=said)
    return said
