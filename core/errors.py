"""What can go wrong in the domain; ``core.web`` alone knows how HTTP says it."""

from __future__ import annotations

from collections.abc import Mapping

from core.i18n import Message


class DomainError(Exception):
    """Root of every expected failure. ``message`` is a translated sentence for people."""

    status = 400

    def __init__(self, message: Message, *, fields: Mapping[str, Message] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})


class Invalid(DomainError):
    """The data does not fit; ``fields`` says which part and what to do about it."""

    status = 422


class NotFound(DomainError):
    """There is no such thing, or this person may not know of it."""

    status = 404


class Refused(DomainError):
    """The actor may not do this; the message says what is needed for it."""

    status = 403


class Conflict(DomainError):
    """The thing has moved on: another state, a closed phase, somebody was faster."""

    status = 409


class TooMany(DomainError):
    """A limit on attempts was reached; the message says when to come back."""

    status = 429
