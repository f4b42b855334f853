"""Who may do what with rounds."""

from __future__ import annotations

from accounts.models import Area, Role
from budgeting.models import Round, Simulation
from budgeting.states import EDITABLE, PUBLIC, can
from core.i18n import lazy_gettext
from core.policy import Actor, Answer, permission

OFFICERS = frozenset({Role.OFFICER})


@permission("budgeting:round:create")
def create(actor: Actor, area: Area | None) -> Answer:
    """Round officers open rounds in their own areas and below (``None``: in any at all)."""
    return actor.has_role(OFFICERS, area.path if area else None)


@permission("budgeting:round:manage")
def manage(actor: Actor, round_: Round) -> Answer:
    """Officers of the round's area, or of one above it, run it."""
    return actor.has_role(OFFICERS, round_.area.path)


@permission("budgeting:round:read")
def read(actor: Actor, round_: Round) -> Answer:
    """Everybody reads a round once it is published; its draft only its officers."""
    return round_.state in PUBLIC or manage(actor, round_)


@permission("budgeting:round:edit")
def edit(actor: Actor, round_: Round) -> Answer:
    """Officers change a draft; of a public round its name and dates, until it is sealed."""
    if round_.state in EDITABLE or not manage(actor, round_):
        return manage(actor, round_)
    return lazy_gettext("The rules of this round are sealed: nobody can change them any more.")


@permission("budgeting:round:cancel")
def cancel(actor: Actor, round_: Round) -> Answer:
    """Officers call a round off until voting has opened, and must say why."""
    if can(round_.state, "cancel") or not manage(actor, round_):
        return manage(actor, round_)
    return lazy_gettext("Only a public round whose vote has not opened can be called off.")


@permission("budgeting:simulation:create")
def simulate(actor: Actor, _subject: None) -> Answer:
    """Round officers try rules on the past rounds of their areas and on files."""
    return actor.has_role(OFFICERS, None)


@permission("budgeting:simulation:manage")
def manage_simulation(actor: Actor, simulation: Simulation) -> Answer:
    """A simulation is its owner's, while an officer, and that of the officers of its area."""
    own = actor.id == simulation.owner_id and actor.has_role(OFFICERS, None)
    return own or actor.has_role(OFFICERS, simulation.area.path)
