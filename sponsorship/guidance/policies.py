"""Who may do what with calls for partners and what they look for."""

from __future__ import annotations

from accounts.models import Role
from core.i18n import lazy_gettext
from core.policy import Actor, Answer, permission
from ledger.models import Fund
from sponsorship.guidance.cases import CallCase, OpeningCase
from sponsorship.people import OFFICERS
from sponsorship.states import CallState, OpeningState

AUDITORS = frozenset({Role.AUDITOR.value})
_OVER = lazy_gettext("This call is closed; it does not change any more.")
_OWN = lazy_gettext("You wrote this yourself; somebody else has to publish it.")


def runs(actor: Actor, case: CallCase | OpeningCase) -> bool:
    """Whether somebody is an officer of a call's area or above."""
    return actor.has_role(OFFICERS, case.area_path)


@permission("sponsorship:call:list")
def list_calls(actor: Actor, subject: object) -> Answer:
    """Officers see the calls of their areas, and the drafts that wait."""
    return actor.has_role(OFFICERS, None)


@permission("sponsorship:call:write")
def write(actor: Actor, fund: Fund) -> Answer:
    """Officers of the area whose fund keeps the money, or above, begin a call."""
    return actor.has_role(OFFICERS, fund.area.path)


@permission("sponsorship:call:oversee")
def oversee(actor: Actor, case: CallCase) -> Answer:
    """Officers of the area or above, and its auditors, read drafts and what is opened."""
    return runs(actor, case) or actor.has_role(AUDITORS, case.area_path)


@permission("sponsorship:call:edit")
def edit(actor: Actor, case: CallCase) -> Answer:
    """Officers change a draft, or write the next version of a call."""
    if not runs(actor, case):
        return False
    return case.call.state != CallState.CLOSED or _OVER


@permission("sponsorship:call:publish")
def publish(actor: Actor, case: CallCase) -> Answer:
    """An officer publishes what another one has written."""
    if not runs(actor, case) or case.draft is None:
        return False
    return case.draft.written_by_id != actor.id or _OWN


@permission("sponsorship:call:discard")
def discard(actor: Actor, case: CallCase) -> Answer:
    """Officers throw a draft away."""
    return runs(actor, case) and case.draft is not None


@permission("sponsorship:call:close")
def close(actor: Actor, case: CallCase) -> Answer:
    """Officers close an open call, with a reason."""
    return runs(actor, case) and case.call.state == CallState.OPEN


@permission("sponsorship:opening:open")
def look(actor: Actor, case: CallCase) -> Answer:
    """Officers look for partners under an open call."""
    if not runs(actor, case):
        return False
    return case.call.state == CallState.OPEN or lazy_gettext(
        "Only an open call can look for partners."
    )


@permission("sponsorship:opening:close")
def end(actor: Actor, case: OpeningCase) -> Answer:
    """Officers stop looking for partners, with a reason."""
    return runs(actor, case) and case.opening.state == OpeningState.OPEN
