"""Notices, judging and award: what is refused, and how the order comes about."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from accounts.models import Person, Role
from core.db import transaction
from core.errors import Conflict, Invalid, Refused
from projects.models import CriterionKind, TenderReviewer
from projects.states import TenderState
from projects.tenders import services
from projects.tenders.notice import Asked
from projects.tenders.points import Judged, Weight, price_points, rank
from projects.tenders.ranking import ranking
from projects.tenders.rules import Rule, set_rule
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY
from tests.projects.tenders.town import PRICE, QUALITY, Town

pytestmark = pytest.mark.usefixtures("in_english")


def reviewer(town: Town, ident: int) -> TenderReviewer:
    """A reviewer as they stand now."""
    with transaction() as session:
        return session.get_one(TenderReviewer, ident)


def test_points_are_exact_and_ties_go_to_the_lower_price_then_the_earlier_one() -> None:
    weights = [Weight(1, True, 50), Weight(2, False, 50)]
    assert price_points(300, 100) == 33_33
    bids = [Judged(1, 100, START), Judged(2, 200, START), Judged(3, 100, START - DAY)]
    given = {(1, 2, 9): 50, (2, 2, 9): 100, (3, 2, 9): 50}
    places = rank(bids, weights, [9], given)
    assert [(place.bid_id, place.total) for place in places] == [(3, 75_00), (1, 75_00), (2, 75_00)]
    by_price = rank(bids, [Weight(1, True, 100)], [9], {})
    assert [place.bid_id for place in by_price] == [3, 1, 2]
    with pytest.raises(KeyError):
        rank(bids, weights, [9, 10], given)


def test_thirds_of_points_decide_though_they_are_not_shown() -> None:
    bids = [Judged(1, 100, START - DAY), Judged(2, 100, START)]
    weights = [Weight(1, True, 1), Weight(2, False, 99)]
    given = {(1, 2, 7): 0, (1, 2, 8): 0, (1, 2, 9): 1, (2, 2, 7): 0, (2, 2, 8): 1, (2, 2, 9): 1}
    places = rank(bids, weights, [7, 8, 9], given)
    assert [(place.bid_id, place.total) for place in places] == [(2, 1_66), (1, 1_33)]


@pytest.mark.parametrize(
    ("criteria", "told"),
    [
        ((PRICE,), "come to 60 %"),
        ((), "one criterion at least"),
        ((PRICE, PRICE), "Only one criterion can be the price"),
        ((PRICE, QUALITY, Asked(CriterionKind.QUALITY, "More", 1)), "come to 101 %"),
        ((Asked(CriterionKind.QUALITY, "None", 0),), "between 1 and 100"),
    ],
)
def test_weights_that_do_not_add_up(town: Town, criteria: tuple[Asked, ...], told: str) -> None:
    with pytest.raises(Invalid) as problem:
        town.draft(criteria=criteria)
    assert told in str(problem.value.fields["criteria"])


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"ceiling": 100_000 * YUAN + 1}, "ceiling"),
        ({"deadline": START + 4 * DAY, "questions_until": START + DAY}, "deadline"),
        ({"questions_until": START + 11 * DAY}, "questions_until"),
        ({"min_bids": 2}, "min_bids"),
        ({"standstill_days": 4}, "standstill_days"),
        ({"milestones": ()}, "milestones"),
        ({"milestones": (999,)}, "milestones"),
    ],
)
def test_a_notice_that_does_not_fit(town: Town, about: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as problem:
        town.draft(**about)
    assert field in problem.value.fields


def test_a_part_of_the_plan_is_put_out_once_and_again_after_a_failure(town: Town) -> None:
    tender = town.publish(ceiling=50_000 * YUAN)
    with pytest.raises(Invalid, match="taken already"):
        town.draft(ceiling=10_000 * YUAN)
    town.open(tender)
    assert town.row(tender).state == TenderState.FAILED
    town.publish()


def test_nobody_publishes_what_they_wrote(town: Town) -> None:
    tender = town.draft()
    town.officer = town.author
    with pytest.raises(Refused, match="somebody else"):
        town.publish(tender)


def test_a_cousin_is_excused_when_either_side_says_so(town: Town, make: Factory) -> None:
    tender = town.publish()
    with transaction() as session:
        session.get_one(Person, town.judges[1]).name = "王小明"
    town.bid(tender, 0, relations="我们的会计是王小明的表哥。")
    for firm in (1, 2):
        town.bid(tender, firm)
    town.open(tender)
    asked = [town.appoint(tender, judge) for judge in town.judges]
    make.member(town.judges[2], Role.BUSINESS, town.area, town.firms[2])
    town.declare(tender, town.judges[0], "The owner of Greenfield 1 is my cousin.")
    town.declare(tender, town.judges[1])
    town.declare(tender, town.judges[2])
    reasons = [reviewer(town, ident).excused_reason for ident in asked]
    assert reasons == ["declared", "named", "acts"]
    for judge in town.judges:
        with pytest.raises(Refused, match="You do not judge"):
            town.score(tender, judge)


def test_a_relation_found_out_later_stops_the_scoring_too(town: Town, make: Factory) -> None:
    tender = town.opened()
    town.appoint(tender)
    town.declare(tender, town.judges[0])
    make.member(town.judges[0], Role.BUSINESS, town.area, town.firms[2])
    with pytest.raises(Refused, match="others judge"):
        town.score(tender, town.judges[0])


def test_nobody_scores_undeclared_unasked_twice_or_in_part(town: Town) -> None:
    tender = town.opened()
    with pytest.raises(Refused, match="not asked"):
        town.score(tender, town.judges[0])
    town.appoint(tender)
    with pytest.raises(Refused, match="whom of the bidders"):
        town.score(tender, town.judges[0])
    town.declare(tender, town.judges[0])
    with pytest.raises(Invalid), transaction() as session:
        services.hand_in(session, tender, town.judges[0], {}, town.opening)
    town.score(tender, town.judges[0])
    with pytest.raises(Conflict, match="handed in"):
        town.score(tender, town.judges[0])


def test_who_may_be_asked_to_judge(town: Town, make: Factory) -> None:
    tender = town.opened()
    with pytest.raises(Refused, match="Nobody appoints themselves"):
        town.appoint(tender, town.officer)
    with pytest.raises(Refused, match="no role"):
        town.appoint(tender, town.resident)
    with pytest.raises(Refused, match="bids here"):
        town.appoint(tender, town.traders[0])
    town.appoint(tender)
    with pytest.raises(Conflict, match="asked already"):
        town.appoint(tender)


def test_nobody_is_added_once_all_points_are_in(town: Town) -> None:
    tender = town.judged(town.opened())
    with pytest.raises(Conflict, match="All points are in"):
        town.appoint(tender, town.judges[2])


def test_no_award_below_the_quorum_of_reviewers(town: Town) -> None:
    tender = town.opened()
    with pytest.raises(Conflict, match="0 reviewers"):
        town.award(tender)
    town.appoint(tender)
    town.declare(tender, town.judges[0])
    town.score(tender, town.judges[0])
    with pytest.raises(Conflict, match="1 reviewers"):
        town.award(tender)
    town.appoint(tender, town.judges[1])
    town.appoint(tender, town.judges[2])
    town.declare(tender, town.judges[1])
    town.score(tender, town.judges[1])
    with pytest.raises(Conflict, match="still missing"):
        town.award(tender)


def test_no_award_below_the_quorum_of_bids(town: Town) -> None:
    tender = town.publish()
    first = town.bids(tender)[0]
    town.open(tender)
    town.judged(tender)
    with transaction() as session:
        services.exclude_bid(session, first, "No foundations offered.", town.officer, town.opening)
    with pytest.raises(Conflict, match="Only 2 valid bids"):
        town.award(tender)
    with transaction() as session:
        services.fail(session, tender, "Too few.", town.officer, town.opening)
    assert town.row(tender).state == TenderState.FAILED


def test_who_judges_or_bids_does_not_award(town: Town, make: Factory) -> None:
    tender = town.judged(town.opened())
    with pytest.raises(Refused, match="asked to judge"):
        town.award(tender, town.judges[0])
    make.member(town.other, Role.BUSINESS, town.area, town.firms[0])
    with pytest.raises(Refused, match="bids here"):
        town.award(tender, town.other)


def test_the_first_by_the_points_gets_it(town: Town, session: Session) -> None:
    tender = town.judged(town.opened(), 100, 10, 20)
    places = ranking(session, tender).places
    assert [place.total for place in places] == [92_50, 64_00, 63_99]
    town.award(tender)
    row = town.row(tender)
    assert (row.winner_id, row.award_amount) == (town.firms[0], 80_000 * YUAN)
    assert row.standstill_until is not None
    assert row.standstill_until.isoformat() == "2026-03-20"


def test_an_areas_own_rule_holds(town: Town) -> None:
    from accounts.models import Area  # noqa: PLC0415 - only here

    with transaction() as session:
        rule = Rule(5_000 * YUAN, 1, 3, 7)
        set_rule(session, session.get_one(Area, town.area), rule, town.other, town.at)
    with pytest.raises(Invalid, match="Up to ¥5,000"), transaction() as session:
        services.draft_direct(session, town.project, town.direct(), town.author, town.at)
    with pytest.raises(Invalid):
        town.draft()
    town.draft(min_bids=1, min_reviewers=3, standstill_days=7)
