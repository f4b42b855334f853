"""Who may question a line of the books, and who answers."""

from __future__ import annotations

from accounts.models import Role
from audit.models import LineQuestion
from core.i18n import lazy_gettext
from core.policy import Actor, Answer, permission

ANSWERERS = frozenset({Role.FINANCE, Role.OFFICER})
OFFICERS = frozenset({Role.OFFICER})


@permission("audit:question:ask")
def ask(actor: Actor, _subject: object) -> Answer:
    """Everyone who has signed in may ask about any line."""
    return actor.id is not None or lazy_gettext("Please sign in to ask about this line.")


@permission("audit:question:answer")
def answer(actor: Actor, question: LineQuestion) -> Answer:
    """Finance and round officers of the fund's area, or of one above it, answer what others
    ask."""
    if not actor.has_role(ANSWERERS, question.fund.area.path):
        return False
    if question.asked_by_id == actor.id:
        return lazy_gettext("Somebody else has to answer what you asked yourself.")
    return True


@permission("audit:question:hide")
def hide(actor: Actor, question: LineQuestion) -> Answer:
    """Round officers of the fund's area, or of one above it, hide a text that insults or exposes
    somebody; that it was asked stays."""
    return actor.has_role(OFFICERS, question.fund.area.path)
