"""What a rule is, and the list of all of them.

A rule is a small function that yields what it finds odd. To add one: write it in a module of
``audit.flags.rules``, decorate it, and name the module there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from core.canonical import digest
from core.i18n import Message
from core.types import Json

Ref: TypeAlias = tuple[str, int]
# Of a hundred odd lines the first ones are enough to go on with.
MOST_EVIDENCE = 30
ALL = "all"


@dataclass(frozen=True, slots=True)
class Hit:
    """Something odd. ``key`` is the same whenever the same thing is found again; ``scope`` is the
    part of the books whose look found it; ``params`` are figures for the sentence that tells it;
    ``weight`` is from 1 to 100."""

    key: str
    scope: str
    subject: Ref
    evidence: tuple[Ref, ...]
    params: Json
    weight: int
    area_id: int | None = None

    @property
    def digest(self) -> str:
        """By which it is seen whether anything of it has changed."""
        parts = [self.scope, self.subject, self.evidence, self.params, self.weight, self.area_id]
        return digest(_plain(parts))


def _plain(value: Any) -> Any:
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


@dataclass(frozen=True, slots=True)
class Look:
    """What a rule is to look at: everything, or only what lies in one of the ``only`` scopes."""

    session: Session
    now: datetime
    only: Collection[Any] | None = None

    def at(self, column: Any) -> list[ColumnElement[bool]]:
        """The condition, if any, that a column names one of the scopes."""
        return [] if self.only is None else [column.in_(self.only)]


Looks: TypeAlias = Callable[[Look], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what it is called, how its hits are told, and how it may be mistaken.

    ``scope`` is the kind of part that it looks at as a whole ("payee", "fund", …; ``ALL`` for a
    rule that has to see everything each time). A new ``version`` makes it look at everything.
    """

    id: str
    title: Message
    caveat: Message
    says: Callable[[Json], str]
    scope: str
    look: Looks
    version: int = 1


@dataclass(slots=True)
class Registry:
    """All rules by name, in the order in which they look."""

    rules: dict[str, Rule] = field(default_factory=dict)

    def add(self, rule: Rule) -> None:
        """Keep a rule. Raises ``ValueError`` for a name that is taken."""
        if rule.id in self.rules:
            raise ValueError(f"rule {rule.id} is registered twice")
        self.rules[rule.id] = rule


REGISTRY = Registry()


def rule(
    ident: str,
    *,
    title: Message,
    caveat: Message,
    says: Callable[[Json], str],
    scope: str = ALL,
    version: int = 1,
) -> Callable[[Looks], Looks]:
    """Register the decorated function as a rule."""

    def register(look: Looks) -> Looks:
        REGISTRY.add(Rule(ident, title, caveat, says, scope, look, version))
        return look

    return register


def first(refs: Collection[Ref]) -> tuple[Ref, ...]:
    """As many references as evidence may have, each once, in their order."""
    return tuple(dict.fromkeys(refs))[:MOST_EVIDENCE]
