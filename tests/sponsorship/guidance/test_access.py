"""Who gets in where officers look after calls."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from accounts.models import Role
from tests.sponsorship.guidance.office import Office

SignIn = Callable[..., FlaskClient]
WAYS = {
    "/office/partners": "call",
    "/office/partners/calls/{call}": "oversee",
    "/office/partners/calls/{call}/edit": "call",
    "/office/partners/calls/{call}/publish": "publish",
    "/office/partners/calls/{call}/discard": "call",
    "/office/partners/calls/{call}/close": "call",
    "/office/partners/calls/{call}/openings": "call",
    "/office/partners/calls/{call}/openings/new": "call",
    "/office/partners/openings/{opening}/close": "call",
    "/office/partners/funds/{fund}/calls/new": "call",
}


@pytest.mark.parametrize("way", WAYS)
def test_only_those_who_look_after_a_call_get_in(
    office: Office, sign_in: SignIn, client: FlaskClient, way: str
) -> None:
    office.redraft(office.call, office.said(reason="More."))
    path = way.format(call=office.call, opening=office.opening, fund=office.fund)
    beyond = office.make.area("Beyond")
    people = {
        "author": office.author,
        "officer": office.officer,
        "auditor": office.make.staff(Role.AUDITOR, office.area),
        "finance": office.finance,
        "business": office.signatory,
        "resident": office.resident,
        "admin": office.make.staff(Role.ADMIN, office.area),
        "foreign": office.make.staff(Role.OFFICER, beyond),
    }
    allowed = {who for who, one in people.items() if sign_in(one).get(path).status_code == 200}
    wanted = {"author", "officer"}
    wanted |= {"auditor"} if WAYS[way] == "oversee" else set()
    wanted -= {"author"} if WAYS[way] == "publish" else set()
    wanted |= {"foreign"} if way == "/office/partners" else set()
    assert allowed == wanted
    assert client.get(path).status_code in {302, 303, 401, 403}
    weak = sign_in(office.officer, strong=False)
    assert weak.get(path).status_code != 200
