"""Whoever makes a request: a signed-in person with the roles of today, or a visitor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_login import AnonymousUserMixin, UserMixin

from core.text import mask_name


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in force: for an organisation or not, in the area of ``area_path``."""

    role: str
    organisation_id: int | None
    area_path: str


@dataclass(frozen=True, slots=True)
class SignedIn(UserMixin):
    """A signed-in person as permissions and pages see them; read once per request.

    ``grants`` is empty in a session without a second factor: roles need a strong session.
    """

    id: int
    token: str
    name: str
    phone: str | None
    email: str | None
    locale: str
    area_id: int | None
    area_path: str | None
    birth_year: int | None
    verified_at: datetime | None
    strong: bool
    grants: tuple[Grant, ...]

    def get_id(self) -> str:
        return self.token

    @property
    def display_name(self) -> str:
        """The name as the public sees it."""
        return mask_name(self.name)

    @property
    def verified(self) -> bool:
        """Whether an officer has checked the real name."""
        return self.verified_at is not None

    def has_role(self, roles: frozenset[str], area_path: str | None) -> bool:
        """Whether one of ``roles`` is held in the area of ``area_path`` or above it
        (``None``: anywhere)."""
        return any(
            grant.role in roles and (area_path is None or area_path.startswith(grant.area_path))
            for grant in self.grants
        )

    def organisations(self, roles: frozenset[str]) -> frozenset[int]:
        """The organisations for which one of ``roles`` is held."""
        return frozenset(
            g.organisation_id for g in self.grants if g.role in roles and g.organisation_id
        )

    def age_in(self, day: date) -> int | None:
        """Full years by the end of ``day``'s year, as registers with only a birth year tell."""
        return None if self.birth_year is None else day.year - self.birth_year


class Visitor(AnonymousUserMixin):
    """Somebody who has not signed in."""

    id = None
    name = display_name = ""
    area_id = area_path = birth_year = verified_at = None
    verified = strong = False
    grants: tuple[Grant, ...] = ()

    def has_role(self, roles: frozenset[str], area_path: str | None) -> bool:
        """Visitors have no roles."""
        return False

    def organisations(self, roles: frozenset[str]) -> frozenset[int]:
        """Visitors act for no organisation."""
        return frozenset()
