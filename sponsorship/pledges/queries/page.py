"""One pledge as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from core.i18n import Localized, Message, date_long, format_money, gettext, localize
from core.panels import render_panels
from projects.money_life import LifeEntry
from sponsorship.models import Instalment, Pledge
from sponsorship.pledges.view import PledgeCase
from sponsorship.pledges.words import KINDS, STATES
from transparency.log import Entry, timeline
from transparency.words import title_of

# The books' own entries say the same again, in accounts.
HIDDEN = frozenset({"ledger.posted"})
DECISIONS = frozenset({"pledge.accepted", "pledge.declined", "pledge.signed"})


@dataclass(frozen=True, slots=True)
class PledgePage:
    """A pledge in words; ``panels`` are what other parts show of it."""

    pledge: Pledge
    label: Message
    tone: str
    kind: Message
    purpose: Localized
    sponsor: Localized | None
    instalments: list[Instalment]
    panels: list[Markup]
    life: list[LifeEntry]


def pledge_page(session: Session, case: PledgeCase, slot: str) -> PledgePage:
    """A pledge as its page shows it: two queries more than loading the case, and its panels'."""
    pledge = case.pledge
    label, tone = STATES[pledge.state]
    return PledgePage(
        pledge=pledge,
        label=label,
        tone=tone,
        kind=KINDS[pledge.kind],
        purpose=purpose_of(pledge),
        sponsor=localize(pledge.business.name) if pledge.business else None,
        instalments=list(pledge.instalments),
        panels=render_panels(session, slot, case),
        life=life_of_pledge(session, pledge.id),
    )


def purpose_of(pledge: Pledge) -> Localized:
    """What a pledge is for, in the reader's language."""
    opening = pledge.opening
    if opening.project is not None:
        return localize(opening.project.title)
    return localize(opening.category or opening.about)


def life_of_pledge(session: Session, pledge_id: int) -> list[LifeEntry]:
    """Everything that is on record of a pledge, newest first."""
    entries = timeline(session, ("pledge", pledge_id))
    return [_told(entry) for entry in entries if entry.type not in HIDDEN]


def _told(entry: Entry) -> LifeEntry:
    by = entry.body.get("by")
    return LifeEntry(
        at=entry.at,
        tone="decision" if entry.type in DECISIONS else "step",
        title=title_of(entry.type),
        detail=_detail(entry.body),
        actor={"sponsor": gettext("The sponsor"), "officer": gettext("The office")}.get(by or ""),
        reason=entry.body.get("reason"),
        proof=gettext("Number %(number)s in the public record", number=entry.number),
        url=entry.url,
    )


def _detail(body: Mapping[str, Any]) -> str | None:
    currency, parts = body.get("currency", "CNY"), []
    if amount := body.get("amount"):
        parts.append(format_money(amount, currency))
    if match := body.get("match"):
        parts.append(
            gettext("%(money)s of public money added", money=format_money(match, currency))
        )
    if until := body.get("sign_by"):
        day = date_long(date.fromisoformat(until))
        parts.append(gettext("to be signed by %(day)s", day=day))
    return gettext(", ").join(parts) or None
