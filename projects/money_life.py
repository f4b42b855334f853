"""What the books record of a project, as entries of its life line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.i18n import format_money, gettext
from ledger.words import LINES
from transparency.log import Entry

POSTED, REFUSED = "ledger.posted", "voucher.refused"
# Each event books several lines; these say to everybody what happened.
TELLING = ("commit", "pay", "refund", "release")
MONEY_TYPES = (POSTED, REFUSED)


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
    url: str | None = None


def money_entry(entry: Entry) -> LifeEntry | None:
    """An entry of the books in words; nothing for what only concerns the books."""
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
