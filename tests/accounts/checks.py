"""A place where names are checked, and the forms for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import (
    RegisterEntry,
    Verification,
)
from tests.accounts.pages import fill_in
from tests.factories import Factory


@dataclass
class Place:
    """A sub-district with one community, its verifier, and the register of both."""

    top: int
    home: int
    officer: int
    upload: int
    make: Factory

    def entry(self, name: str = "李雷", masked: str = "330106********1234", area: int = 0) -> int:
        return self.make.add(
            RegisterEntry(
                upload_id=self.upload,
                masked_id=masked,
                name=name,
                area_id=area or self.home,
                birth_year=1956,
            )
        )


def ask(one: FlaskClient, place: Place, **other: Any) -> int:
    """Ask to be verified; the status of the answer."""
    typed: dict[str, Any] = {
        "name": "李雷",
        "id_tail": "1234",
        "birth_year": "1956",
        "area": place.home,
    }
    return fill_in(one, "/me/verification", **(typed | other)).status_code


def in_person(officer: FlaskClient, place: Place, **other: Any) -> TestResponse:
    """Check somebody on the spot."""
    typed: dict[str, Any] = {
        "address": "13800138000",
        "name": "李雷",
        "id_tail": "1234",
        "birth_year": "1956",
        "area": place.home,
        "seen": "y",
    }
    return fill_in(officer, "/verify/in-person", **(typed | other))


def newest(session: Session) -> Verification:
    session.rollback()
    return session.scalars(select(Verification).order_by(Verification.id.desc())).first()  # type: ignore[return-value]  # there is one
