"""The pages of one pledge, for its sponsor and for the office."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from sponsorship.states import PledgeState
from tests.sponsorship.ground import Square

SignIn = Callable[..., FlaskClient]


def test_a_pledge_is_for_its_sponsor_and_the_office(square: Square, sign_in: SignIn) -> None:
    ident = square.add_pledge()
    own, office = f"/sponsor/pledges/{ident}", f"/office/partners/pledges/{ident}"
    for person in (square.signatory, square.payer, square.manager):
        assert sign_in(person).get(own).status_code == 200
        assert sign_in(person).get(office).status_code == 403
    for person in (square.officer, square.finance, square.approver):
        assert sign_in(person).get(own).status_code == 403
        assert sign_in(person).get(office).status_code == 200
    assert sign_in(square.resident).get(own).status_code == 403
    assert sign_in(square.officer, strong=False).get(office).status_code == 403


def test_the_office_sees_no_drafts(square: Square, sign_in: SignIn) -> None:
    ident = square.add_pledge(state=PledgeState.DRAFT, offered_at=None)
    assert sign_in(square.officer).get(f"/office/partners/pledges/{ident}").status_code == 403


def test_there_is_no_pledge_of_another_number(square: Square, sign_in: SignIn) -> None:
    for number in (0, 99, 2**80):
        assert sign_in(square.signatory).get(f"/sponsor/pledges/{number}").status_code == 404
