"""Registering, submitting, and an officer's decision, through every state and by two people."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Notice, OrganisationKind
from core.errors import Conflict, DomainError, Invalid, Refused
from sponsorship.businesses import services
from sponsorship.businesses.queries import profile
from sponsorship.models import Business, Scheme, Sector
from sponsorship.people import acts_for
from sponsorship.states import BUSINESS_MOVES, BusinessState
from tests.factories import Factory
from tests.sponsorship.businesses.counter import CODE, Counter
from transparency.log import timeline

pytestmark = pytest.mark.usefixtures("in_english")
S = BusinessState


def notices(session: Session, person: int) -> list[str]:
    rows = select(Notice).where(Notice.person_id == person).order_by(Notice.id)
    return [one.text["en"] for one in session.scalars(rows)]


def test_whoever_registers_a_business_manages_it(counter: Counter, session: Session) -> None:
    ident = counter.register(code="91310000-ma1fl0002w")
    found = counter.business(ident)
    assert (found.state, found.code, found.contact_phone) == (S.DRAFT, CODE, "+8613800000001")
    assert acts_for(session, counter.owner, ident)
    assert not acts_for(session, counter.square.officer, ident)


def test_a_draft_needs_a_name_and_a_number_only(counter: Counter) -> None:
    ident = counter.register(sector=None, address="", contact_name="", contact_phone="")
    with pytest.raises(Invalid, match="sector"):
        counter.submit(ident)
    assert counter.business(ident).state == S.DRAFT


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"code": CODE[:-1] + "A"}, "code"),
        ({"scheme": Scheme.LEI}, "code"),
        ({"name": {}}, "name_zh"),
        ({"area_id": 999_999}, "area_id"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "example"}, "website"),
        ({"contact_phone": "12"}, "contact_phone"),
        ({"contact_phone": "a@example.com"}, "contact_phone"),
        ({"contact_email": "nobody"}, "contact_email"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(
    counter: Counter, about: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        counter.register(**about)
    assert set(caught.value.fields) == {field}


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ({"sector": None}, "sector"),
        ({"address": ""}, "address"),
        ({"contact_name": ""}, "whom the office can ask"),
        ({"contact_phone": ""}, "phone number or an e-mail"),
    ],
)
def test_a_business_is_submitted_whole(counter: Counter, about: dict[str, Any], says: str) -> None:
    ident = counter.register(**about)
    counter.add_paper(ident)
    with pytest.raises(Invalid, match=says):
        counter.submit(ident)


def test_without_a_paper_nothing_is_submitted(counter: Counter) -> None:
    ident = counter.register()
    with pytest.raises(Invalid, match="licence"):
        counter.submit(ident)


def test_one_number_is_registered_once_and_the_second_is_told_whom_to_ask(
    counter: Counter, make: Factory
) -> None:
    counter.register()
    with pytest.raises(Conflict, match="invitation") as caught:
        counter.register(by=make.person(), code="9131 0000 MA1FL0002W")
    assert "code" in caught.value.fields


def test_a_person_has_few_drafts(counter: Counter) -> None:
    for number in range(5):
        counter.register(scheme=Scheme.OTHER, code=f"HRB {number}")
    with pytest.raises(Conflict, match="drafts"):
        counter.register(scheme=Scheme.OTHER, code="HRB 9")


def test_an_officer_verifies_and_it_becomes_a_public_organisation(
    counter: Counter, session: Session
) -> None:
    square = counter.square
    ident = counter.verified()
    found = counter.business(ident)
    assert found.state == S.VERIFIED
    assert found.organisation is not None
    assert found.organisation.kind == OrganisationKind.BUSINESS
    assert found.organisation.name == found.name
    shown = profile(session, ident)
    assert (str(shown.name), shown.sector) == ("Teahouse Ltd", "Food and catering")
    assert (shown.verified_at, shown.suspended_because) == (square.at, "")
    events = [one.type for one in timeline(session, ("business", ident))]
    assert events == ["business.verified", "business.submitted"]
    assert any("asks to be verified" in text for text in notices(session, square.other))
    assert any("was verified" in text for text in notices(session, square.other))
    assert any("is verified" in text for text in notices(session, counter.owner))


def test_verification_links_an_organisation_that_is_there(
    counter: Counter, session: Session, make: Factory
) -> None:
    square = counter.square
    ident = counter.submitted()
    for wrong, says in ((square.department, "choose a business"), (square.organisation, "already")):
        with pytest.raises(Invalid, match=says):
            counter.decide("verify", ident, organisation_id=wrong)
    counter.decide("verify", ident, organisation_id=square.firms[0])
    assert counter.business(ident).organisation_id == square.firms[0]


def test_a_refused_business_is_mended_and_submitted_again(
    counter: Counter, session: Session
) -> None:
    ident = counter.submitted()
    counter.decide("refuse", ident, reason="The licence is cut off.")
    assert counter.business(ident).reason == "The licence is cut off."
    assert "cut off" not in str([one.body for one in timeline(session, ("business", ident))])
    counter.change(ident, name={"en": "Teahouse by the River Ltd"})
    counter.submit(ident)
    found = counter.business(ident)
    assert (found.state, found.reason, found.decided_by_id) == (S.SUBMITTED, "", None)
    assert any("what to mend" in text for text in notices(session, counter.owner))


def test_what_was_checked_stays_and_the_rest_changes(counter: Counter) -> None:
    ident = counter.verified()
    for name, value in (("sector", Sector.TOBACCO), ("name", {"en": "Other"})):
        with pytest.raises(Conflict, match="ask the office"):
            counter.change(ident, **{name: value})
    counter.change(ident, about={"en": "We pour coffee."}, website="tea.example.com")
    found = counter.business(ident)
    assert found.website == "https://tea.example.com"
    assert found.organisation is not None
    assert found.organisation.about == {"en": "We pour coffee."}
    with pytest.raises(Invalid):
        counter.change(ident, about={"en": "We pour coffee."}, contact_name="")


VERBS = ("submit", "verify", "refuse", "suspend", "restore")
WAY = {
    S.DRAFT: (),
    S.SUBMITTED: (),
    S.VERIFIED: ("verify",),
    S.REFUSED: ("refuse",),
    S.SUSPENDED: ("verify", "suspend"),
}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_in_every_state_follows_the_table(
    counter: Counter, state: BusinessState, verb: str
) -> None:
    ident = counter.register()
    counter.add_paper(ident)
    if state != S.DRAFT:
        counter.submit(ident)
    for step in WAY[state]:
        counter.decide(step, ident)
    target = BUSINESS_MOVES.get((state, verb))

    def move() -> None:
        if verb == "submit":
            counter.submit(ident)
        else:
            counter.decide(verb, ident)

    if target is None:
        with pytest.raises(Conflict):
            move()
    else:
        move()
    assert counter.business(ident).state == (target or state)


@pytest.mark.parametrize("verb", ["verify", "refuse", "suspend", "restore"])
def test_nobody_decides_on_a_business_of_their_own(counter: Counter, verb: str) -> None:
    square = counter.square
    counter.owner = square.author
    ident = counter.submitted()
    counter.seat(ident, square.other)
    for step in {"suspend": ["verify"], "restore": ["verify", "suspend"]}.get(verb, []):
        counter.decide(step, ident)
    before = counter.business(ident).state
    for own in (square.author, square.other):
        with pytest.raises(Refused):
            counter.decide(verb, ident, by=own)
    assert counter.business(ident).state == before


@pytest.mark.parametrize("verb", ["refuse", "suspend", "restore"])
def test_a_decision_against_somebody_has_a_reason(counter: Counter, verb: str) -> None:
    ident = counter.submitted()
    for reason in ("", "  ", "x" * 2001):
        with pytest.raises(Invalid):
            counter.decide(verb, ident, reason=reason)


def test_a_suspended_business_is_shown_with_the_reason_and_gives_nothing(
    counter: Counter, session: Session
) -> None:
    ident = counter.verified()
    terms = counter.square.terms
    assert terms is not None
    services.check_may_give(session, counter.business(ident), terms)
    counter.decide("suspend", ident, reason="Its licence has run out.")
    with pytest.raises(Refused, match="suspended"):
        services.check_may_give(session, counter.business(ident), terms)
    assert profile(session, ident).suspended_because == "Its licence has run out."
    counter.decide("restore", ident)
    services.check_may_give(session, counter.business(ident), terms)
    assert profile(session, ident).suspended_because == ""


@pytest.mark.parametrize(
    ("way", "says"),
    [((), "submit"), (("submit",), "looking at"), (("submit", "refuse"), "what to mend")],
)
def test_who_is_not_verified_gives_nothing_and_has_no_profile(
    counter: Counter, session: Session, way: tuple[str, ...], says: str
) -> None:
    ident = counter.submitted() if way else counter.register()
    if "refuse" in way:
        counter.decide("refuse", ident)
    terms = counter.square.terms
    assert terms is not None
    with pytest.raises(Refused, match=says):
        services.check_may_give(session, counter.business(ident), terms)
    with pytest.raises(DomainError):
        profile(session, ident)


def test_an_excluded_sector_gives_nothing(counter: Counter, session: Session) -> None:
    ident = counter.verified(sector=Sector.TOBACCO)
    terms = counter.square.terms
    assert terms is not None
    with pytest.raises(Refused, match="Tobacco"):
        services.check_may_give(session, session.get_one(Business, ident), terms)
