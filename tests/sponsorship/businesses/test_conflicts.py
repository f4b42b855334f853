"""Where a business is close to those who decide on a project, or work on it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from accounts.models import Role
from core.db import db, transaction
from ledger.models import Payee
from projects.models import Bid, Contract, Project, Review, Tender, TenderReviewer
from projects.states import BidState, ContractState, TenderState
from sponsorship.businesses import services
from sponsorship.businesses.conflicts import Conflict, conflicts_of
from sponsorship.models import RelationKind
from tests.sponsorship.businesses.counter import Counter
from tests.sponsorship.ground import CODES

pytestmark = pytest.mark.usefixtures("in_english")


def found(counter: Counter, business: int) -> list[Conflict]:
    db.session.rollback()
    project = db.session.get_one(Project, counter.square.project)
    return conflicts_of(db.session, counter.business(business), project, counter.square.at)


def parts(counter: Counter, business: int) -> set[tuple[str, str, bool]]:
    return {(one.part, one.how, one.named) for one in found(counter, business)}


def tender(counter: Counter, **about: Any) -> int:
    square = counter.square
    row: dict[str, Any] = {
        "project_id": square.project,
        "state": TenderState.OPENED,
        "title": "Benches",
        "scope": "Ten benches",
        "ceiling": 1,
        "currency": "CNY",
        "written_by_id": square.author,
        "written_at": square.at,
    }
    return square.make.add(Tender(**row | about))


def bid(counter: Counter, firm: int, state: BidState = BidState.OPENED) -> int:
    square = counter.square
    return square.make.add(
        Bid(
            tender_id=tender(counter),
            organisation_id=firm,
            key=f"bid{next(square.keys)}",
            state=state,
            submitted_by_id=square.traders[0],
            received_at=square.at,
            envelope_sha256=str(next(square.keys)),
        )
    )


def test_a_business_that_knows_nobody_has_no_conflict(counter: Counter) -> None:
    ident = counter.verified()
    bid(counter, counter.square.firms[0])
    counter.declare(ident, person_name="Somebody Else", company_name="")
    assert found(counter, ident) == []


def test_without_a_project_there_is_none(counter: Counter, session: Session) -> None:
    ident = counter.verified()
    assert conflicts_of(session, counter.business(ident), None, counter.square.at) == []


def test_who_acts_for_it_may_be_an_official(counter: Counter) -> None:
    square = counter.square
    ident = counter.verified()
    counter.seat(ident, square.finance)
    counter.seat(ident, square.author)
    assert parts(counter, ident) == {
        ("official.finance", "seat", False),
        ("official.officer", "seat", False),
        ("official.responsible", "seat", False),
    }


def test_officials_of_areas_above_count_and_those_elsewhere_do_not(counter: Counter) -> None:
    square, make = counter.square, counter.square.make
    with transaction() as session:
        top = session.get_one(Project, square.project).area.path.split("/")[1]
    ident = counter.verified()
    counter.seat(ident, make.staff(Role.APPROVER, int(top)))
    counter.seat(ident, make.staff(Role.OFFICER, make.area("Elsewhere")))
    assert parts(counter, ident) == {("official.approver", "seat", False)}


def test_reviewers_of_the_project_and_of_bids(counter: Counter) -> None:
    square = counter.square
    ident = counter.verified()
    for judge in square.judges:
        counter.seat(ident, judge)
    square.make.add(
        Review(
            project_id=square.project,
            submission=1,
            organisation_id=square.department,
            asked_by_id=square.officer,
            asked_at=square.at,
            due_on=square.at.date(),
            feasible=True,
            reason="Yes",
            answered_by_id=square.judges[0],
            answered_at=square.at,
        )
    )
    for judge, excused in ((square.judges[1], None), (square.judges[2], square.at)):
        square.make.add(
            TenderReviewer(
                tender_id=tender(counter),
                person_id=judge,
                appointed_by_id=square.officer,
                appointed_at=square.at,
                excused_at=excused,
            )
        )
    assert parts(counter, ident) == {
        ("reviewer.review", "seat", False),
        ("reviewer.tender", "seat", False),
    }


def test_a_declared_person_with_an_officials_name_is_shown_masked_in_public(
    counter: Counter,
) -> None:
    square = counter.square
    square.make.staff(Role.OFFICER, square.area, name="欧阳 明")
    ident = counter.verified()
    relation = counter.declare(ident, person_name="欧阳明")
    (one,) = found(counter, ident)
    assert (one.kind, one.part, one.how, one.named) == (
        "official",
        "official.officer",
        "owner",
        True,
    )
    assert one.words == (
        "欧阳明 (declared by the business as: Owner) has the same name as somebody who is an"
        " officer who may decide here."
    )
    assert "欧阳" not in one.public_words
    assert one.public_words.startswith("欧* (")
    counter.do(lambda s: services.end_relation(s, relation, counter.owner, square.at))
    assert found(counter, ident) == []


def test_sealed_bids_stay_unknown(counter: Counter) -> None:
    square = counter.square
    ident = counter.submitted()
    counter.decide("verify", ident, organisation_id=square.firms[0])
    number = bid(counter, square.firms[0], BidState.SEALED)
    assert found(counter, ident) == []
    with transaction() as session:
        session.get_one(Bid, number).state = BidState.OPENED
    assert parts(counter, ident) == {("bidder.bid", "itself", False)}
    assert found(counter, ident)[0].words == (
        "Teahouse Ltd (the business itself) bids for work on this project."
    )


def test_a_contractors_people_owners_and_companies(counter: Counter) -> None:
    square, make = counter.square, counter.square.make
    firm = square.business
    payee = make.add(Payee(name={"en": "Lantern Ltd"}, created_at=square.at))
    make.add(
        Contract(
            project_id=square.project,
            tender_id=tender(counter),
            organisation_id=square.organisation,
            payee_id=payee,
            state=ContractState.SIGNED,
            amount=1,
            amount_now=1,
            currency="CNY",
            terms="Benches",
            starts_on=square.at.date(),
            ends_on=square.at.date(),
            ends_on_now=square.at.date(),
            retention_bp=500,
            warranty_until=square.at.date(),
            drawn_by_id=square.author,
            drawn_at=square.at,
        )
    )
    ident = counter.verified()
    assert found(counter, ident) == []
    counter.seat(ident, square.payer)
    counter.declare(ident, RelationKind.GROUP, company_name="Lamps", company_code=CODES[0])
    counter.declare(ident, RelationKind.FAMILY, person_name="Maria Kowalska")
    counter.declare(firm, RelationKind.OWNER, person_name="MARIA  KOWALSKA")
    counter.declare(firm, RelationKind.GROUP, company_name="清风茶馆")
    assert parts(counter, ident) == {
        ("bidder.contract", "group", False),
        ("bidder.acts", "seat", False),
        ("bidder.declared", "family", True),
        ("bidder.declared", "itself", True),
    }
    words = [one.public_words for one in found(counter, ident)]
    assert not [one for one in words if "Kowalska" in one]
    assert any(one.startswith("Maria K. (") for one in words)


def test_it_asks_the_database_little(counter: Counter, count_queries: Any) -> None:
    ident = counter.verified()
    bid(counter, counter.square.firms[0])
    business = counter.business(ident)
    project = db.session.get_one(Project, counter.square.project)
    with count_queries() as queries:
        conflicts_of(db.session, business, project, counter.square.at)
    assert len(queries) <= 10, queries
