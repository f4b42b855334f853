"""Telling a person something: on their own page at once, by message after the commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Notice, Person
from core.db import after_commit, db
from core.errors import DomainError
from core.i18n import current_locale, lazy_gettext, localize, normalise
from core.messages import MessageProvider, make_provider
from core.outbox import enqueue, handles
from core.types import Texts
from core.web import settings

log = structlog.get_logger()
TOPIC = "accounts.message"
_PROVIDER = "message_provider"


class Unsent(DomainError):
    """The gateway did not take a message that somebody is waiting for."""

    status = 503


def tell(session: Session, person_id: int, texts: Texts, url: str, now: datetime) -> Notice:
    """Tell a person something, within the caller's transaction.

    ``texts`` is short and in every language (``core.i18n.both``); ``url`` is a path on this
    site. The notice stands on the person's page; their phone or mailbox gets it after the
    commit, unless they have neither.
    """
    notice = Notice(person_id=person_id, text=texts, url=url, created_at=now)
    session.add(notice)
    session.flush()
    enqueue(session, TOPIC, str(notice.id), {"notice_id": notice.id}, now)
    return notice


@handles(TOPIC)
def deliver(payload: dict[str, Any]) -> None:
    """Carry a notice to the person's mailbox, or else to their phone, in their language."""
    row = db.session.execute(
        select(Notice.text, Notice.url, Person.email, Person.phone, Person.locale)
        .join(Person, Person.id == Notice.person_id)
        .where(Notice.id == payload["notice_id"], Person.erased_at.is_(None))
    ).one_or_none()
    if row is not None and (address := row.email or row.phone):
        locale = normalise(row.locale)
        text = f"{localize(row.text, locale)}\n{settings().base_url}{row.url}"
        provider().send(address, site_name(locale), text)


def send_secret(session: Session, address: str, text: str) -> None:
    """Send a code or a link after the commit, without keeping it anywhere.

    The commit is followed by ``Unsent`` when the gateway does not take it.
    """
    after_commit(session, lambda: _send_now(address, site_name(current_locale()), text))


def _send_now(address: str, subject: str, text: str) -> None:
    try:
        provider().send(address, subject, text)
    except Exception as error:
        log.exception("messages.failed")
        raise Unsent(
            lazy_gettext("The message could not be sent. Please try again in a few minutes.")
        ) from error


def provider() -> MessageProvider:
    """The gateway of this installation, made once."""
    made: MessageProvider | None = current_app.extensions.get(_PROVIDER)
    if made is None:
        made = current_app.extensions[_PROVIDER] = make_provider(settings())
    return made


def site_name(locale: str | None) -> str:
    """The name under which messages in ``locale`` are sent."""
    return settings().site_name_en if locale == "en" else settings().site_name_zh
