"""What auditors looked at, noted by itself: every page that only their role opens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Flask, Response, current_app, g, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.actor import SignedIn
from accounts.models import Person
from audit.desk.models import Look
from audit.desk.offices import AUDITORS, is_auditor
from core.clock import now
from core.db import transaction
from core.i18n import Message, gettext, lazy_gettext
from core.policy import check

SIZE = 50
# How far a run is, asked for every other second by an open page.
SKIPPED = frozenset({"audit_desk.progress"})
_LONGEST_PATH = 300


@dataclass(frozen=True, slots=True)
class LookView:
    """Somebody has opened something, as the page of looks shows it."""

    id: int
    at: datetime
    person: str
    what: str
    path: str


def register(app: Flask) -> None:
    """Note what auditors open, before it is given out."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    """A page that cannot be noted is not given out: what is raised here becomes an error."""
    actor = g.get("actor")
    if (
        request.method not in {"GET", "HEAD"}
        or response.status_code != 200
        or not isinstance(actor, SignedIn)
        or not is_auditor(actor)
        or request.endpoint in SKIPPED
    ):
        return response
    permission = getattr(current_app.view_functions.get(request.endpoint or ""), "permission", None)
    if permission is not None and not _open_anyway(actor, permission):
        with transaction() as session:
            session.add(_look(actor.id, permission))
    return response


def _open_anyway(actor: SignedIn, permission: str) -> bool:
    """Whether they may open it without being an auditor: as a resident, or in another role. What
    somebody does as a resident, such as voting, is never noted."""
    others = tuple(grant for grant in actor.grants if grant.role not in AUDITORS)
    answer = check(replace(actor, grants=others), permission, g.get("subject"))
    return answer is True


def _look(person_id: int, permission: str) -> Look:
    kind, ref = _named(request.view_args or {})
    return Look(
        person_id=person_id,
        at=now(),
        permission=permission,
        endpoint=request.endpoint or "",
        path=request.full_path.rstrip("?")[:_LONGEST_PATH],
        kind=kind,
        ref=ref,
    )


def _named(values: dict[str, Any]) -> tuple[str, str]:
    """What an address names: ``voucher_id=7`` is voucher 7."""
    for name, value in values.items():
        if name.endswith("_id"):
            return name.removesuffix("_id")[:20], str(value)[:40]
    return "", ""


def looks(
    session: Session, *, person: int | None = None, before: int | None = None
) -> tuple[list[LookView], int | None]:
    """What was looked at, the newest first, by everybody or one auditor; and where the next page
    begins."""
    rows = (
        select(Look, Person.name)
        .join(Person, Person.id == Look.person_id)
        .order_by(Look.id.desc())
        .limit(SIZE + 1)
    )
    if person is not None:
        rows = rows.where(Look.person_id == person)
    if before is not None:
        rows = rows.where(Look.id < before)
    found = session.execute(rows).all()
    shown = [LookView(one.id, one.at, name, _what(one), one.path) for one, name in found[:SIZE]]
    return shown, shown[-1].id if len(found) > SIZE else None


# What an address names, in words.
_NAMES: dict[str, Message] = {
    "voucher": lazy_gettext("Voucher"),
    "document": lazy_gettext("Document"),
    "fund": lazy_gettext("Fund"),
    "account": lazy_gettext("Bank account"),
    "flag": lazy_gettext("Flag"),
    "finding": lazy_gettext("Finding"),
    "sample": lazy_gettext("Sample"),
    "item": lazy_gettext("Voucher in a sample"),
    "paper": lazy_gettext("Working paper"),
}


def _what(look: Look) -> str:
    """What was opened, in words where we have some."""
    if look.endpoint == "ledger_officer.original":
        return gettext("Sealed original of document %(number)s", number=look.ref)
    if look.kind in _NAMES:
        return gettext("%(kind)s %(number)s", kind=_NAMES[look.kind], number=look.ref)
    return look.path


def lookers(session: Session) -> list[tuple[int, str]]:
    """Everybody who ever looked, by name."""
    ids = select(Look.person_id).distinct()
    rows = select(Person.id, Person.name).where(Person.id.in_(ids)).order_by(Person.name)
    return [(ident, name) for ident, name in session.execute(rows)]
