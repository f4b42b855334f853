"""Objections, direct awards and contracts: what is refused, and what never changes again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.db import transaction
from core.errors import Conflict, Invalid, Refused
from ledger.services.contracting import standing
from projects.models import Contract, TenderReviewer
from projects.states import ContractState, TenderState
from projects.tenders import services
from projects.tenders.services.contracting import months_after
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY
from tests.projects.tenders.town import Town

pytestmark = pytest.mark.usefixtures("in_english")


def test_objections_hold_the_contract_up(town: Town, make: Factory) -> None:
    tender = town.awarded()
    outsider = make.person(make.area("Elsewhere"))
    with pytest.raises(Refused, match="residents of the area"):
        town.object_to(tender, outsider)
    with pytest.raises(Conflict, match="before the standstill"):
        town.draw(tender, town.opening + 2 * DAY)
    objection = town.object_to(tender)
    with pytest.raises(Conflict, match="during the standstill"):
        town.object_to(tender, at=town.later)
    with pytest.raises(Conflict, match="objection waits"):
        town.draw(tender)
    for person in (town.officer, town.resident):
        with pytest.raises(Refused, match="Somebody else answers"), transaction() as session:
            services.decide_objection(
                session, objection, upheld=False, answer="No.", by_id=person, now=town.later
            )
    with transaction() as session:
        services.decide_objection(
            session, objection, upheld=False, answer="No.", by_id=town.other, now=town.later
        )
    assert town.draw(tender)


def test_an_objection_upheld_takes_the_award_back_and_opens_points(town: Town) -> None:
    tender = town.awarded()
    with transaction() as session:
        objection = services.object_to(
            session,
            tender,
            "They counted wrongly.",
            town.traders[0],
            town.opening + 2 * DAY,
            organisation_id=town.firms[0],
        ).id
        judge = session.query(TenderReviewer).first()
        assert judge is not None
        ident, person = judge.id, judge.person_id
    with transaction() as session:
        services.decide_objection(
            session,
            objection,
            upheld=True,
            answer="True.",
            by_id=town.other,
            now=town.opening + 3 * DAY,
            reopen=[ident],
        )
    row = town.row(tender)
    assert (row.state, row.winner_id, row.award_amount) == (TenderState.OPENED, None, None)
    with pytest.raises(Conflict, match="1 reviewers"):
        town.award(tender)
    town.score(tender, person, 100, 0, 0)
    town.award(tender)
    assert town.row(tender).state == TenderState.AWARDED


def test_a_direct_award_below_the_threshold_needs_no_standstill(town: Town) -> None:
    with transaction() as session:
        tender = services.draft_direct(
            session, town.project, town.direct(), town.author, town.at
        ).id
    with pytest.raises(Refused, match="somebody else"), transaction() as session:
        services.award_directly(session, tender, town.author, town.at)
    with transaction() as session:
        services.award_directly(session, tender, town.officer, town.at)
    assert town.row(tender).standstill_until is None
    town.draw(tender, town.at + DAY)
    town.agree(tender, town.traders[0])
    town.sign(tender, at=town.at + DAY)
    assert town.row(tender).state == TenderState.CONTRACTED


def test_direct_awards_are_not_split_below_the_threshold(town: Town) -> None:
    large = town.direct(amount=30_000 * YUAN + 1)
    with pytest.raises(Invalid, match="Up to ¥30,000"), transaction() as session:
        services.draft_direct(session, town.project, large, town.author, town.at)
    with transaction() as session:
        direct = town.direct(amount=20_000 * YUAN)
        tender = services.draft_direct(session, town.project, direct, town.author, town.at).id
        services.award_directly(session, tender, town.officer, town.at)
    again = town.direct(amount=15_000 * YUAN, milestones=(town.milestones[1],))
    with pytest.raises(Invalid, match="it comes to ¥35,000"), transaction() as session:
        services.draft_direct(session, town.project, again, town.author, town.at)
    other = town.direct(1, amount=15_000 * YUAN, milestones=(town.milestones[1],))
    with transaction() as session:
        services.draft_direct(session, town.project, other, town.author, town.at)


def test_prices_of_the_parts_come_to_the_amount(town: Town) -> None:
    tender = town.awarded()
    first, second = town.milestones[:2]
    for prices in ({first: 70_000 * YUAN}, {first: 1, second: 1}, {first: -1, second: 7_000_001}):
        with pytest.raises(Invalid):
            town.draw(tender, prices=prices)
    town.draw(tender, prices={first: 70_000 * YUAN, second: 0})


def test_who_agrees_and_who_signs(town: Town) -> None:
    tender = town.awarded()
    with pytest.raises(Conflict, match="No contract"):
        town.agree(tender, town.traders[1])
    town.draw(tender)
    with pytest.raises(Refused, match="act for the contractor"):
        town.agree(tender, town.traders[0])
    with pytest.raises(Conflict):
        town.sign(tender)
    town.agree(tender, town.traders[1])
    with pytest.raises(Conflict, match="does not change"):
        town.draw(tender)
    with pytest.raises(Refused, match="drew this up yourself"):
        town.sign(tender, town.author)
    town.sign(tender)
    with pytest.raises(Conflict):
        town.sign(tender)


def test_a_signed_contract_does_not_change(town: Town, session: Session) -> None:
    tender = town.signed()
    contract = town.contract(tender)
    assert (contract.state, contract.amount) == (ContractState.SIGNED, 70_000 * YUAN)
    assert standing(session, town.project).contracted == 70_000 * YUAN
    ident = contract.id
    with pytest.raises(Conflict):
        town.draw(tender)
    for name, value in (("amount", 1), ("terms", "Less"), ("signed_by_id", town.other)):
        with pytest.raises(DBAPIError, match="does not change"), transaction() as writing:
            setattr(writing.get_one(Contract, ident), name, value)
    with pytest.raises(DBAPIError, match="does not change"), transaction() as writing:
        writing.delete(writing.get_one(Contract, ident))


def test_on_paper_an_officer_enters_the_contractors_yes(town: Town) -> None:
    tender = town.awarded()
    town.draw(tender)
    with transaction() as session:
        services.agree(session, tender, town.author, town.later, on_paper=True)
    town.sign(tender)
    assert town.contract(tender).agreed_on_paper


def test_the_same_payee_has_one_contract_for_a_project(town: Town) -> None:
    town.signed()
    with transaction() as session:
        direct = town.direct(1)
        tender = services.draft_direct(session, town.project, direct, town.author, town.later).id
        services.award_directly(session, tender, town.officer, town.later)
    with pytest.raises(Conflict, match="has a contract for this project already"):
        town.draw(tender, town.later)


def test_warranties_end_on_the_last_day_of_shorter_months() -> None:
    day = (START + timedelta(days=29)).date()
    assert day.isoformat() == "2026-03-31"
    assert months_after(day, 11).isoformat() == "2027-02-28"
    assert months_after(day, 12).isoformat() == "2027-03-31"
