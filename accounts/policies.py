"""Who may do what with people, roles, areas and sign-in."""

from __future__ import annotations

from typing import Any

from accounts.models import Role
from core.i18n import lazy_gettext
from core.policy import Actor, Answer, permission
from core.web import settings

ADMINS = frozenset({Role.ADMIN.value})
VERIFIERS = frozenset({Role.VERIFIER.value, Role.OFFICER.value})


def _holds(actor: Actor, roles: frozenset[str], path: str | None) -> Answer:
    if actor.has_role(roles, path):
        return True
    return lazy_gettext(
        "This needs a role in this area. If you have it, sign in with your password and code."
    )


@permission("accounts:sign-in:try")
def sign_in(actor: Actor, subject: object) -> Answer:
    """Visitors may ask for a code and type it."""
    return True


@permission("accounts:staff:sign-in")
def staff_sign_in(actor: Actor, subject: object) -> Answer:
    """Visitors may try a password and a second factor."""
    return True


@permission("accounts:staff:set-up")
def set_up(actor: Actor, subject: object) -> Answer:
    """Whoever holds a set-up link may use it; the link itself is checked with every step."""
    return True


@permission("accounts:demo:enter")
def enter_demo(actor: Actor, subject: object) -> Answer:
    """Anyone may become an invented person, in the demonstration only."""
    return settings().demo or lazy_gettext("This exists in the demonstration only.")


@permission("accounts:me:change")
def change_me(actor: Actor, subject: object) -> Answer:
    """Everyone who has signed in may see and change what is their own."""
    return actor.id is not None


@permission("accounts:security:change")
def change_security(actor: Actor, subject: object) -> Answer:
    """Staff may change their password and second factor in a session opened with both."""
    return bool(getattr(actor, "strong", False)) or lazy_gettext(
        "Please sign in with your password and code first."
    )


@permission("accounts:desk:see")
def see_desk(actor: Actor, subject: object) -> Answer:
    """Everyone who has signed in has a desk with what there is to do."""
    return actor.id is not None


@permission("accounts:area:manage")
def manage_area(actor: Actor, subject: Any) -> Answer:
    """Administrators arrange the areas and organisations of their area (``subject.path``);
    without a subject, of any area."""
    return _holds(actor, ADMINS, subject.path if subject is not None else None)


@permission("accounts:organisation:manage")
def manage_organisation(actor: Actor, subject: Any) -> Answer:
    """Administrators describe the organisations of their area (``subject.area.path``)."""
    return _holds(actor, ADMINS, subject.area.path)


@permission("accounts:role:grant")
def grant_role(actor: Actor, subject: Any) -> Answer:
    """Administrators give roles within their area (``subject.path``)."""
    return _holds(actor, ADMINS, subject.path)


@permission("accounts:role:change")
def change_role(actor: Actor, subject: Any) -> Answer:
    """Administrators end roles within their area (a membership), but not their own."""
    if subject.person_id == actor.id:
        return lazy_gettext("Your own roles are for another administrator to change.")
    return _holds(actor, ADMINS, subject.area.path)


@permission("accounts:verification:see")
def see_verifications(actor: Actor, subject: object) -> Answer:
    """Verifiers and officers see who waits to be verified, each in their own area."""
    return _holds(actor, VERIFIERS, None)


@permission("accounts:verification:decide")
def decide_verification(actor: Actor, subject: Any) -> Answer:
    """Verifiers and officers of the area check a real name (a verification), not their own."""
    if subject.person_id == actor.id:
        return lazy_gettext("Somebody else has to check your own name.")
    return _holds(actor, VERIFIERS, subject.area.path)


@permission("accounts:register:upload")
def upload_register(actor: Actor, subject: object) -> Answer:
    """Verifiers and officers upload the electoral register, each for their own area."""
    return _holds(actor, VERIFIERS, None)
