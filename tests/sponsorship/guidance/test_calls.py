"""Calls: written by one officer, published by another, changed in the open, closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import Notice
from core.canonical import digest
from core.db import db, transaction
from core.errors import Conflict, Invalid, Refused
from ledger.models import CostCentre
from sponsorship.guidance import services
from sponsorship.guidance.queries import current, terms_of
from sponsorship.guidance.services.record import hash_of
from sponsorship.models import GuidanceCall, GuidanceVersion, Pledge
from sponsorship.states import CALL_MOVES, CallState
from tests.ledger.books import YUAN
from tests.sponsorship.guidance.office import Office
from transparency.log import timeline

DAY = timedelta(days=1)


def test_every_state_of_a_call_is_in_the_table() -> None:
    named = {state for state, _ in CALL_MOVES} | set(CALL_MOVES.values())
    assert named == set(CallState)
    assert {state for state, _ in CALL_MOVES} == {CallState.DRAFT, CallState.OPEN}


def test_a_draft_is_no_call_yet(office: Office, session: Session) -> None:
    call = office.draft()
    row = office.call_row(call)
    assert (row.state, row.version, row.area_id, row.currency) == ("draft", 0, office.area, "CNY")
    assert timeline(session, ("call", call)) == []
    with pytest.raises(Conflict):
        current(session, row)


def test_another_officer_publishes_and_the_log_has_the_hash_of_every_word(
    office: Office, session: Session
) -> None:
    call = office.draft()
    assert office.publish(call) == 1
    row, version = office.call_row(call), office.versions(call)[0]
    assert (row.state, row.version, row.published_at) == ("open", 1, office.at)
    assert (version.written_by_id, version.published_by_id) == (office.author, office.officer)
    published, text = timeline(session, ("call", call))
    assert (published.type, text.type) == ("call.published", "call.text")
    assert digest(text.body) == published.body["sha256"] == version.sha256
    assert text.body["terms"]["match_percent"] == 50
    assert terms_of(current(session, row)) == office.usual_terms()


def test_money_can_be_set_aside_for_what_is_published(office: Office, session: Session) -> None:
    call = office.draft()
    centres = select(CostCentre).where(CostCentre.kind == "call", CostCentre.ref == call)
    assert session.scalar(centres) is None
    office.publish(call)
    centre = session.scalars(centres).one()
    assert centre.title["en"] == "Green corners"


def test_whoever_wrote_it_does_not_publish_it(office: Office) -> None:
    call = office.draft()
    with pytest.raises(Refused):
        office.publish(call, office.author)
    office.redraft(call, office.said(title="Greener corners"), office.officer)
    with pytest.raises(Refused):
        office.publish(call, office.officer)
    assert office.publish(call, office.author) == 1


def test_the_database_itself_asks_for_two_people(office: Office) -> None:
    call = office.draft()
    version = office.versions(call)[0].id
    with pytest.raises(IntegrityError):
        sign_own(version)


def sign_own(version: int) -> None:
    """Publish a version past the service, by whoever wrote it."""
    with transaction() as session:
        row = session.get_one(GuidanceVersion, version)
        row.published_by_id = row.written_by_id


def test_a_later_version_says_why_and_is_recorded(office: Office, session: Session) -> None:
    call = office.published()
    with pytest.raises(Invalid) as refused:
        office.redraft(call, office.said(match_percent=80))
    assert list(refused.value.fields) == ["reason"]
    office.redraft(call, office.said(match_percent=80, reason="More money came."))
    assert office.call_row(call).version == 1
    assert terms_of(current(session, office.call_row(call))).match_percent == 50
    assert office.publish(call) == 2
    assert terms_of(current(session, office.call_row(call))).match_percent == 80
    changed = timeline(session, ("call", call), types=("call.changed",))[0]
    assert changed.body["reason"] == "More money came."
    assert changed.body["number"] == 2


def test_versions_never_touch_pledges(office: Office) -> None:
    call = office.published()
    opening = office.look(office.runner_up(), call)
    version = office.versions(call)[0].id
    ident = office.add_pledge(opening_id=opening, version_id=version)
    db.session.rollback()
    before = {
        c.name: getattr(db.session.get_one(Pledge, ident), c.name) for c in Pledge.__table__.c
    }
    said = office.said(
        match_percent=0,
        match_pool=0,
        match_until=None,
        match_project_most=None,
        match_sponsor_most=None,
        least=50_000 * YUAN,
        small_most=0,
        anonymous_most=0,
        reason="No doubling now.",
    )
    office.redraft(call, said)
    office.publish(call)
    db.session.rollback()
    row = db.session.get_one(Pledge, ident)
    assert {c.name: getattr(row, c.name) for c in Pledge.__table__.c} == before
    assert row.version_id == version
    assert terms_of(office.versions(call)[0]).match_percent == 50


def test_a_published_version_never_changes(office: Office) -> None:
    call = office.published()
    first = office.versions(call)[0].sha256
    office.redraft(call, office.said(title="Other words", reason="Clearer."))
    office.publish(call)
    rows = office.versions(call)
    assert [one.number for one in rows] == [1, 2]
    assert rows[0].sha256 == first == hash_of(office.call_row(call), rows[0])
    assert rows[0].title["en"] == "Green corners"


def test_what_was_read_is_what_is_published(office: Office) -> None:
    call = office.draft()
    read = hash_of(office.call_row(call), office.versions(call)[0])
    office.redraft(call, office.said(match_percent=100), seen=read)
    with pytest.raises(Conflict):
        office.publish(call, seen=read)
    with pytest.raises(Conflict):
        office.redraft(call, office.said(), seen=read)
    assert office.publish(call, seen=hash_of(office.call_row(call), office.versions(call)[0])) == 1


def test_a_draft_can_be_thrown_away_with_a_call_that_was_never_published(office: Office) -> None:
    call, other = office.draft(), office.published()
    office.redraft(other, office.said(reason="Perhaps."))
    for one in (call, other):
        with transaction() as session:
            services.discard(session, one, office.at)
    assert db.session.get(GuidanceCall, call) is None
    assert [one.number for one in office.versions(other)] == [1]
    with pytest.raises(Conflict), transaction() as session:
        services.discard(session, other, office.at)


def test_a_closed_call_is_closed_for_good(office: Office, session: Session) -> None:
    call = office.published()
    opening = office.look(office.runner_up(), call)
    office.redraft(call, office.said(reason="Perhaps."))
    office.close(call, "All is built.")
    row = office.call_row(call)
    assert (row.state, row.closed_reason, row.closed_at) == ("closed", "All is built.", office.at)
    assert office.opening_row(opening).state == "closed"
    assert len(office.versions(call)) == 1
    for verb in (
        lambda: office.redraft(call, office.said()),
        lambda: office.close(call),
        lambda: office.publish(call),
        lambda: office.look(office.runner_up(), call),
    ):
        with pytest.raises(Conflict):
            verb()
    closed = timeline(session, ("call", call), types=("call.closed",))[0]
    assert closed.body["reason"] == "All is built."


def test_closing_tells_officers_and_those_who_gave(office: Office, session: Session) -> None:
    office.add_pledge()
    giver = office.make.person(office.community)
    office.add_pledge(person_id=giver)
    office.close(office.call)
    told = set(session.scalars(select(Notice.person_id)))
    assert {office.author, office.other, office.manager, office.signatory, giver} <= told
    assert office.officer not in told


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("closes_on", {"closes_on": -1}),
        ("closes_on", {"closes_on": 2000}),
        ("opens_on", {"opens_on": 500, "closes_on": 600, "match_until": 600}),
        ("match_until", {"match_until": 61}),
        ("match_until", {"match_until": None}),
        ("match_pool", {"match_pool": 0, "match_project_most": None, "match_sponsor_most": None}),
        ("match_percent", {"match_percent": 0}),
        ("match_percent", {"match_percent": 301}),
        ("match_project_most", {"match_project_most": 60_000 * YUAN}),
        ("match_sponsor_most", {"match_sponsor_most": -1}),
        ("public_least", {"public_least": 96}),
        ("least", {"least": 0}),
        ("small_most", {"small_most": 50 * YUAN, "anonymous_most": 0}),
        ("anonymous_most", {"anonymous_most": 2_000 * YUAN}),
        ("kind_most", {"kind_most": 10**15 + 1}),
        ("sign_days", {"sign_days": 91}),
        ("excluded_sectors", {"excluded_sectors": ("spies",)}),
        ("area_ids", {"area_ids": (999_999,)}),
        ("gets_zh_Hans", {"gets": {}}),
        ("naming_zh_Hans", {"naming": {"en": "x" * 1501}}),
        ("naming_zh_Hans", {"naming": {"de": "x"}}),
    ],
)
def test_terms_have_bounds(office: Office, name: str, terms: dict[str, Any]) -> None:
    days = {"opens_on", "closes_on", "match_until"}
    terms = {
        key: office.today() + value * DAY if key in days and value is not None else value
        for key, value in terms.items()
    }
    with pytest.raises(Invalid) as refused:
        office.draft(office.said(**terms))
    assert name in refused.value.fields, refused.value.fields


def test_the_doubling_fund_is_of_the_area_and_stays(office: Office) -> None:
    said = office.said()
    for fund in (None, office.fund, 999_999):
        with pytest.raises(Invalid) as refused:
            office.draft(type(said)(said.title, said.text, said.terms, fund))
        assert "matching_fund" in refused.value.fields
    call = office.published()
    with pytest.raises(Invalid):
        office.redraft(call, type(said)(said.title, said.text, said.terms, None, "Why"))


def test_a_call_needs_a_fund_for_sponsors(office: Office) -> None:
    office.fund = office.matching_fund
    with pytest.raises(Invalid):
        office.draft()


def test_a_call_does_not_end_before_its_openings(office: Office) -> None:
    office.look(office.runner_up())
    day = office.today() + 20 * DAY
    with pytest.raises(Invalid) as refused:
        office.redraft(office.call, office.said(closes_on=day, match_until=day, reason="Sooner."))
    assert "closes_on" in refused.value.fields
