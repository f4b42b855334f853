"""One pledge as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from core.i18n import Localized, Message, date_long, format_money, gettext, lazy_gettext, localize
from core.panels import render_panels
from projects.money_life import LifeEntry
from sponsorship.models import Agreement, Instalment, Opening, Pledge, PledgeKind
from sponsorship.pledges.afterwards_words import TELLING
from sponsorship.pledges.services.signing import agreement_of
from sponsorship.pledges.view import PledgeCase
from sponsorship.pledges.words import KINDS, STATES
from sponsorship.states import PAYABLE, PledgeState
from transparency.log import Entry, timeline
from transparency.words import title_of

# The books' own entries say the same again, in accounts.
HIDDEN = frozenset({"ledger.posted"})
DECISIONS = frozenset({"pledge.accepted", "pledge.declined", "pledge.signed"})

P = PledgeState
# The way of a pledge, and where each state stands on it.
STEPS: tuple[Message, ...] = (
    lazy_gettext("Offered"),
    lazy_gettext("Accepted"),
    lazy_gettext("Signed"),
    lazy_gettext("Paid or delivered"),
    lazy_gettext("At work"),
)
_STEP = {
    P.OFFERED: 1,
    P.ACCEPTED: 2,
    P.SIGNED: 3,
    P.DUE: 3,
    P.PAID: 4,
    P.RELEASED: 5,
    P.DELIVERED: 5,
}


@dataclass(frozen=True, slots=True)
class PledgePage:
    """A pledge in words; ``panels`` are what other parts show of it."""

    pledge: Pledge
    label: Message
    tone: str
    kind: Message
    purpose: Localized
    sponsor: Localized | None
    gift: str
    instalments: list[Instalment]
    agreement: Agreement | None
    step: int | None  # of ``steps``; none for what has ended
    steps: tuple[Message, ...]
    open: bool  # not decided yet
    payable: bool  # then another part shows the instalments
    panels: list[Markup]
    life: list[LifeEntry]


def pledge_page(session: Session, case: PledgeCase, slot: str) -> PledgePage:
    """A pledge as its page shows it: three queries more than loading the case, and its panels'."""
    pledge = case.pledge
    label, tone = STATES[pledge.state]
    return PledgePage(
        pledge=pledge,
        label=label,
        tone=tone,
        kind=KINDS[pledge.kind],
        purpose=purpose_of(pledge),
        sponsor=localize(pledge.business.name) if pledge.business else None,
        gift=gift_words(pledge),
        instalments=list(pledge.instalments),
        agreement=agreement_of(session, pledge.id),
        step=_STEP.get(PledgeState(pledge.state)),
        steps=STEPS,
        open=pledge.decided_at is None,
        payable=pledge.state in PAYABLE,
        panels=render_panels(session, slot, case),
        life=life_of_pledge(session, pledge.id),
    )


def purpose_of(pledge: Pledge) -> Localized:
    """What a pledge is for, in the reader's language."""
    return purpose_of_opening(pledge.opening)


def gift_words(pledge: Pledge) -> str:
    """What is given, with its amount or value."""
    money = format_money(pledge.amount, pledge.currency)
    if pledge.kind == PledgeKind.MONEY:
        return money
    kind, said = KINDS[pledge.kind], pledge.what
    return gettext("%(kind)s: %(what)s (worth %(money)s)", kind=kind, what=said, money=money)


def purpose_of_opening(opening: Opening) -> Localized:
    """What partners are looked for, in the reader's language."""
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
    """The same as in the life lines of projects, and until when to sign."""
    # What concerns the text of the agreement says no sums once more.
    parts = [] if body.get("agreement") else [TELLING.detail(body, {})]
    if until := body.get("sign_by"):
        parts.append(gettext("to be signed by %(day)s", day=date_long(date.fromisoformat(until))))
    return gettext(", ").join(filter(None, parts)) or None
