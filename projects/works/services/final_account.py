"""The final account: what was promised and what became of the money, and the rest goes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.i18n import Message, format_money, gettext, lazy_gettext, ngettext
from ledger.services.contracting import Standing, close_books, standing
from projects.models import FinalAccount
from projects.services.moves import move
from projects.states import ContractState, State
from projects.works.services.ending import (
    asked_changes,
    close_finished,
    contracts_of,
    retention_of,
)
from projects.works.services.site import (
    LONGEST,
    Site,
    check_not_contractor,
    check_two,
    hold_site,
    milestones_of,
    note,
    wrong,
)

ENDED = frozenset({State.COMPLETED, State.CANCELLED})


def open_matters(session: Session, site: Site) -> list[Message]:
    """Everything that stands in the way of a final account, in words."""
    found: list[Message] = []
    if site.project.state not in ENDED:
        found.append(gettext("The project is neither finished nor given up."))
    if count := len(asked_changes(session, site)):
        found.append(
            ngettext(
                "%(num)s change is not decided yet.", "%(num)s changes are not decided yet.", count
            )
        )
    milestones = milestones_of(session, site.plan)
    for contract in contracts_of(session, site.project.id):
        if retention_of(milestones, contract) and contract.retention_released_at is None:
            found.append(
                gettext("The retention of contract %(number)s is kept.", number=contract.number)
            )
        elif contract.state in {ContractState.DRAWN, ContractState.AGREED}:
            found.append(gettext("Contract %(number)s is not signed.", number=contract.number))
    return found + _open_money(standing(session, site.project.id))


def _open_money(money: Standing) -> list[Message]:
    found: list[Message] = []
    if (due := money.left - money.free) > 0:
        found.append(
            gettext(
                "%(money)s is under contract and not invoiced yet.",
                money=format_money(due, money.currency),
            )
        )
    if (due := money.invoiced - money.paid) > 0:
        found.append(
            gettext(
                "%(money)s is invoiced and not paid yet.", money=format_money(due, money.currency)
            )
        )
    return found


def _check_open(session: Session, site: Site) -> None:
    if found := open_matters(session, site):
        problems = " ".join(str(one) for one in found)
        raise Conflict(
            lazy_gettext("There can be no final account yet: %(problems)s", problems=problems)
        )


def figures_of(session: Session, site: Site) -> dict[str, Any]:
    """What was promised, committed, contracted, accepted, paid and given back, in minor units."""
    money = standing(session, site.project.id)
    promised = sum(one.promised_budget or 0 for one in milestones_of(session, site.plan))
    return {
        "promised": promised,
        "committed": money.committed,
        "contracted": money.contracted,
        "accepted": money.accepted,
        "invoiced": money.invoiced,
        "paid": money.paid,
        "returned": money.returned,
        "currency": money.currency,
    }


def account_of(session: Session, project_id: int) -> FinalAccount | None:
    """The final account of a project as it is now."""
    rows = select(FinalAccount).where(FinalAccount.project_id == project_id)
    return session.scalar(rows.execution_options(populate_existing=True))


def draw_account(
    session: Session, project_id: int, text: str, by_id: int, now: datetime
) -> FinalAccount:
    """Draw up the final account of a project that is finished or given up, or draw it up anew.

    Raises ``Conflict`` while something is open, saying what, or when it is approved already, and
    ``Refused`` for people of a contractor.
    """
    site = hold_site(session, project_id)
    _check_independent(session, project_id, by_id, now)
    close_finished(session, site, now)
    found = account_of(session, project_id)
    if found is not None and found.approved_at is not None:
        raise Conflict(lazy_gettext("The final account is approved already."))
    if len(text) > LONGEST:
        raise wrong("text", lazy_gettext("Please write between 10 and 2,000 characters."))
    _check_open(session, site)
    same = found is not None and (found.text, found.asked_by_id) == (text, by_id)
    if found is not None and same:
        return found
    found = found or FinalAccount(project_id=project_id)
    found.text, found.asked_by_id, found.asked_at = text, by_id, now
    found.figures = figures_of(session, site)
    session.add(found)
    session.flush()
    note(session, site.project, "account.drawn", {"by": by_id, **found.figures}, now)
    return found


def _check_independent(session: Session, project_id: int, person_id: int, now: datetime) -> None:
    for contract in contracts_of(session, project_id):
        check_not_contractor(session, contract, person_id, now)


def approve_account(session: Session, project_id: int, by_id: int, now: datetime) -> FinalAccount:
    """Approve the final account that somebody else drew up: the books are closed, and what is left
    goes back to where it came from.

    Raises ``Refused`` for whoever drew it up and for people of a contractor, ``Conflict`` while
    something is open.
    """
    site = hold_site(session, project_id)
    _check_independent(session, project_id, by_id, now)
    found = account_of(session, project_id)
    if found is None:
        raise NotFound(lazy_gettext("There is no final account yet."))
    if found.approved_at is not None:
        if found.approved_by_id == by_id:
            return found
        raise Conflict(lazy_gettext("The final account is approved already."))
    check_two(found.asked_by_id, by_id)
    close_finished(session, site, now)
    _check_open(session, site)
    people = (found.asked_by_id, by_id)
    source = f"account:{found.id}"
    close_books(session, project_ref=project_id, people=people, source_ref=source, now=now)
    found.figures = figures_of(session, site)
    found.approved_by_id, found.approved_at = by_id, now
    if site.project.state == State.COMPLETED:
        move(site.project, "close")
    body = {"by": found.asked_by_id, "approved_by": by_id, **found.figures}
    note(session, site.project, "account.approved", body, now)
    return found
