"""The agreement: what it says, who signs it, and that it never changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import Area, Role
from core.canonical import digest
from core.db import transaction
from core.errors import Conflict, Invalid, NotFound, Refused
from ledger.journal import Kind
from sponsorship.models import AgreementTemplate, SeatRole
from sponsorship.pledges.agreement_text import DEFAULT, NAMES, missing_names, strange_names
from sponsorship.pledges.services import signing, templates
from sponsorship.states import PledgeState
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.projects.tenders.ground import DAY
from tests.sponsorship.pledges.ground import Stall
from transparency.log import timeline

pytestmark = pytest.mark.usefixtures("in_english")


def for_sponsor(stall: Stall, ident: int, by: int = 0) -> None:
    with transaction() as session:
        signing.sign_for_sponsor(session, ident, by or stall.signatory, stall.at)


def for_office(stall: Stall, ident: int, by: int = 0) -> None:
    with transaction() as session:
        signing.sign_for_office(session, ident, by or stall.officer, stall.at)


def test_the_default_template_has_every_name_and_no_other() -> None:
    for one in DEFAULT.values():
        assert strange_names(one) == []
        assert missing_names(one) == []
        assert [name for name in NAMES if f"{{{name}}}" not in one] == []


def test_an_agreement_says_all_that_was_agreed(stall: Stall) -> None:
    days = [stall.today() + n * 10 * DAY for n in (1, 2)]
    ident = stall.accepted(12_345_60, parts=((8_000_00, days[0]), (4_345_60, days[1])))
    said = stall.agreement(ident).text
    for words in (
        f"PL-{ident:06d}",
        "明灯公司",
        "小微工程合作伙伴",
        "¥12,345.60",
        "人民币壹万贰仟叁佰肆拾伍元陆角整",
        "第 1 期",
        "¥4,345.60",
        "¥6,172.80",
        "2026 年 3 月 22 日",
    ):
        assert words in said["zh_Hans"], words
    for words in ("Lantern Ltd", "¥12,345.60", "Part 2", "A small plate.", "16 March 2026"):
        assert words in said["en"], words
    assert "{" not in said["zh_Hans"] + said["en"]


def test_an_agreement_says_on_what_it_depends(stall: Stall) -> None:
    tied = stall.agreement(stall.accepted(only_if_met=True)).text["en"]
    assert "¥30,000.00 is reached by 1 April 2026" in tied
    free = stall.agreement(stall.accepted()).text["en"]
    assert "does not depend on any target" in free
    kind = stall.agreement(stall.accept(stall.offer(stall.in_kind(what="Ten {area} lamps"))))
    assert "Ten {area} lamps" in kind.text["en"]
    assert "No public money is added." in kind.text["en"]


def test_both_sign_in_either_order_and_then_it_is_owed(stall: Stall, session: Session) -> None:
    first, second = stall.accepted(1_000 * YUAN), stall.accepted(2_000 * YUAN)
    for_sponsor(stall, first)
    assert stall.pledge(first).state == PledgeState.ACCEPTED
    assert stall.net(Kind.PLEDGE_RECEIVABLE) == 0
    for_office(stall, first)
    assert stall.pledge(first).state == PledgeState.SIGNED
    assert stall.net(Kind.PLEDGE_RECEIVABLE, "pledge", first) == 1_000 * YUAN
    for_office(stall, second)
    for_sponsor(stall, second, by=stall.manager)
    assert stall.pledge(second).state == PledgeState.SIGNED
    entries = timeline(session, ("pledge", second), types=("agreement.signed", "pledge.signed"))
    assert [one.body["by"] for one in entries] == ["sponsor", "sponsor", "officer"]
    assert {one.body["sha256"] for one in entries} == {stall.agreement(second).sha256}
    assert stall.agreement(second).sha256 == digest(stall.agreement(second).text)


def test_a_gift_in_kind_is_signed_without_a_booking(stall: Stall) -> None:
    ident = stall.sign(stall.accept(stall.offer(stall.in_kind())))
    assert stall.pledge(ident).state == PledgeState.SIGNED
    assert stall.net(Kind.PLEDGE_RECEIVABLE) == 0


def test_each_side_signs_once_by_its_own_people(stall: Stall, make: Factory) -> None:
    ident = stall.accepted()
    for person in (stall.payer, stall.resident, stall.officer):
        with pytest.raises(Refused):
            for_sponsor(stall, ident, by=person)
    both = make.staff(Role.OFFICER, stall.area)
    stall.add_seat(stall.business, both, SeatRole.SIGNATORY)
    with pytest.raises(Refused):
        for_office(stall, ident, by=both)
    for_office(stall, ident)
    with pytest.raises(Conflict):
        for_office(stall, ident, by=stall.other)
    stall.add_seat(stall.business, stall.officer, SeatRole.SIGNATORY)
    with pytest.raises(Refused):
        for_sponsor(stall, ident, by=stall.officer)
    for_sponsor(stall, ident)
    with pytest.raises(Conflict):
        for_sponsor(stall, ident)


def test_signing_ends_with_its_last_day(stall: Stall) -> None:
    ident, at = stall.accepted(), stall.at
    stall.at = at + 15 * DAY
    with pytest.raises(Conflict, match="over"):
        for_sponsor(stall, ident)
    stall.at = at + 14 * DAY
    stall.sign(ident)
    with pytest.raises(NotFound):
        for_sponsor(stall, stall.offer())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE agreement SET sha256 = 'x'",
        'UPDATE agreement SET text = \'{"en": "x"}\'',
        "UPDATE agreement SET sponsor_signed_at = NULL",
        "UPDATE agreement SET office_signed_by_id = sponsor_signed_by_id + 1",
        "DELETE FROM agreement",
    ],
)
def test_the_database_keeps_what_was_signed(app: Flask, stall: Stall, change: str) -> None:
    ident = stall.sign(stall.accepted())
    before = stall.agreement(ident).text
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text(change))
    assert stall.agreement(ident).text == before


def write(stall: Stall, by: int, **said: str) -> int:
    with transaction() as session:
        return templates.write_template(session, stall.area, said, by, stall.at).id


def publish(stall: Stall, ident: int, by: int) -> None:
    with transaction() as session:
        templates.publish_template(session, ident, by, stall.at)


def test_a_new_template_changes_no_agreement_drawn_before(stall: Stall, session: Session) -> None:
    before = stall.accepted(1_000 * YUAN)
    made = write(stall, stall.author, zh_Hans="新版。" + DEFAULT["zh_Hans"])
    between = stall.accepted(1_000 * YUAN)
    with pytest.raises(Refused):
        publish(stall, made, stall.author)
    publish(stall, made, stall.officer)
    with pytest.raises(Conflict):
        publish(stall, made, stall.other)
    after = stall.accepted(1_000 * YUAN)
    said = [stall.agreement(one).text["zh_Hans"] for one in (before, between, after)]
    assert [one.startswith("新版。") for one in said] == [False, False, True]
    assert "en" not in stall.agreement(after).text
    assert timeline(session, ("area", stall.area))[0].type == "agreement.template"


def test_a_draft_template_is_changed_a_published_one_is_followed(
    stall: Stall, session: Session
) -> None:
    first = write(stall, stall.author, zh_Hans=DEFAULT["zh_Hans"])
    assert write(stall, stall.other, zh_Hans="改。" + DEFAULT["zh_Hans"]) == first
    publish(stall, first, stall.author)  # the last one who wrote it is somebody else
    second = write(stall, stall.author, zh_Hans=DEFAULT["zh_Hans"])
    assert session.get_one(AgreementTemplate, second).number == 2


def test_templates_say_what_they_must_and_know_their_names(stall: Stall) -> None:
    whole = DEFAULT["zh_Hans"]
    for bad in (
        {"en": DEFAULT["en"]},
        {"zh_Hans": whole + "{nobody}"},
        {"zh_Hans": whole.replace("{gift}", "")},
        {"zh_Hans": whole + "长" * 20_000},
        {"zh_Hans": whole, "en": "{}"},
    ):
        with pytest.raises(Invalid):
            write(stall, stall.author, **bad)


def test_the_area_above_lends_its_template(stall: Stall, make: Factory) -> None:
    below = make.area("Below", stall.area)
    made = write(stall, stall.author, zh_Hans="街道版。" + DEFAULT["zh_Hans"])
    publish(stall, made, stall.officer)
    with transaction() as session:
        found = templates.template_for(session, session.get_one(Area, below), stall.at)
        assert found.id == made
        other = session.get_one(Area, make.area("Elsewhere"))
    with transaction() as session:
        first = templates.template_for(session, session.get_one(Area, other.id), stall.at).id
        assert (
            templates.template_for(session, session.get_one(Area, other.id), stall.at).id == first
        )


def test_signing_moves_with_the_clock(stall: Stall) -> None:
    ident = stall.accepted()
    stall.at += timedelta(hours=1)
    for_sponsor(stall, ident)
    assert stall.agreement(ident).sponsor_signed_at == stall.at
