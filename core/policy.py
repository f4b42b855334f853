"""Who may do what: named permissions, each one predicate, all of them in one registry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, TypeAlias, TypeVar

from flask import g
from flask_babel.speaklater import LazyString

from core.errors import Refused
from core.i18n import Message, lazy_gettext

# True: allowed. False: refused. A sentence: refused, and why or what is needed for it.
Answer: TypeAlias = bool | LazyString
Predicate: TypeAlias = Callable[["Actor", Any], Answer]
V = TypeVar("V", bound=Callable[..., Any])


class Actor(Protocol):
    """Whoever asks: a signed-in person with roles, or the anonymous visitor (id None)."""

    @property
    def id(self) -> int | None: ...

    def has_role(self, roles: frozenset[str], area_path: str | None) -> bool:
        """Whether one of ``roles`` is held now in the area of ``area_path`` or above it."""
        ...


@dataclass(frozen=True, slots=True)
class Permission:
    """A name such as ``budgeting:round:open``, what it is for, and who has it."""

    name: str
    predicate: Predicate
    purpose: str


_REGISTRY: dict[str, Permission] = {}


def permission(name: str) -> Callable[[Predicate], Predicate]:
    """Register the decorated predicate under ``name``; its docstring is the purpose.

    Raises ``ValueError`` when the name is taken.
    """

    def register(predicate: Predicate) -> Predicate:
        if name in _REGISTRY:
            raise ValueError(f"permission {name} is registered twice")
        _REGISTRY[name] = Permission(name, predicate, (predicate.__doc__ or "").strip())
        return predicate

    return register


def permissions() -> dict[str, Permission]:
    """Every registered permission by name."""
    return dict(_REGISTRY)


def check(actor: Actor, name: str, subject: Any = None) -> Answer:
    """Ask the named permission; raises ``KeyError`` when there is none of that name."""
    return _REGISTRY[name].predicate(actor, subject)


def may(actor: Actor, name: str, subject: Any = None) -> bool:
    """Whether ``actor`` has the permission on ``subject``."""
    return check(actor, name, subject) is True


def demand(actor: Actor, name: str, subject: Any = None) -> None:
    """Raise ``Refused`` with the reason unless ``actor`` has the permission."""
    answer = check(actor, name, subject)
    if answer is True:
        return
    reason: Message = lazy_gettext("You do not have the role that this needs.")
    raise Refused(reason if answer is False else answer)


def requires(name: str, subject: Callable[..., Any] | None = None) -> Callable[[V], V]:
    """Guard a view by the permission ``name``.

    ``subject`` gets the URL's values and loads what it is about, or raises ``NotFound``;
    the view then takes that object as its first argument instead of those values.
    """

    def decorate(view: V) -> V:
        @wraps(view)
        def guarded(**values: Any) -> Any:
            if subject is None:
                demand(g.actor, name)
                return view(**values)
            g.subject = found = subject(**values)
            demand(g.actor, name, found)
            return view(found)

        guarded.permission = name  # type: ignore[attr-defined]  # read by the route tests
        guarded.subject = subject  # type: ignore[attr-defined]  # read by the route tests
        return guarded  # type: ignore[return-value]  # same call, checked first

    return decorate


def public(view: V) -> V:
    """Mark a view that anyone may read and that changes nothing."""
    view.permission = None  # type: ignore[attr-defined]  # read by the route test
    return view


@permission("core:anyone")
def anyone(actor: Actor, subject: object) -> Answer:
    """Open to every visitor, signed in or not."""
    return True


@permission("core:signed-in")
def signed_in(actor: Actor, subject: object) -> Answer:
    """Open to everyone who has signed in."""
    return actor.id is not None
