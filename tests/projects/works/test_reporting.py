"""Reports, photos, and what residents say of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from PIL.ExifTags import IFD

from core.errors import Conflict, Invalid, Refused
from core.images import StoredImage
from projects.states import ContractState, MilestoneState, TenderState
from projects.works import services as do
from projects.works.flags import Taken, flags
from projects.works.photo_facts import Facts, read_facts
from tests.factories import Factory
from tests.projects.works.yard import TEXT, WHY, YUAN, Yard

HERE = (31.23, 121.47)


def photo(
    taken: str | None = "2026:03:02 10:00:00", place: tuple[float, float] | None = HERE
) -> bytes:
    """A JPEG as a phone makes it, of another colour for another day or place."""
    image = Image.new("RGB", (40, 30), (len(str(taken)) * 5, len(str(place)) * 9 % 256, 60))
    exif = image.getexif()
    if taken:
        exif.get_ifd(IFD.Exif)[0x9003] = taken
    if place:
        latitude, longitude = place
        exif.get_ifd(IFD.GPSInfo).update(
            {
                1: "N" if latitude >= 0 else "S",
                2: (abs(latitude), 0.0, 0.0),
                3: "E" if longitude >= 0 else "W",
                4: (abs(longitude), 0.0, 0.0),
            }
        )
    out = BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_the_day_and_the_distance_are_read_from_a_photo() -> None:
    facts = read_facts(photo())
    assert facts.taken_on == date(2026, 3, 2)
    assert facts.metres_from(*HERE) == 0
    far = read_facts(photo(place=(31.24, 121.47))).metres_from(*HERE)
    assert far is not None
    assert 1100 < far < 1125
    south = read_facts(photo(place=(-33.9, -18.4)))
    assert south.latitude is not None
    assert round(south.latitude, 3) == -33.9


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a photo",
        photo(None, None),
        photo("yesterday", None),
        photo("0000:00:00 00:00:00", (0.0, 0.0)),
        photo(None, (91.0, 200.0)),
        photo()[:200],
    ],
    ids=["empty", "text", "bare", "no date", "zeros", "outside", "cut off"],
)
def test_a_photo_that_says_nothing_usable_is_no_error(data: bytes) -> None:
    assert read_facts(data) == Facts()


BEGUN, REPORTED = date(2026, 1, 1), date(2026, 5, 1)


@pytest.mark.parametrize(
    ("taken", "placed", "number"),
    [
        (Taken(date(2026, 4, 30), 20), True, 0),
        (Taken(date(2026, 4, 30), None), False, 0),
        (Taken(date(2026, 5, 2), 1000), True, 0),
        (Taken(None, 20), True, 1),
        (Taken(date(2026, 5, 3), 20), True, 1),
        (Taken(date(2025, 12, 31), 20), True, 1),
        (Taken(date(2026, 3, 1), 20), True, 1),
        (Taken(date(2026, 4, 30), 1001), True, 1),
        (Taken(None, None), True, 2),
    ],
)
def test_what_is_odd_about_a_photo_is_said_in_words(
    app: Any, taken: Taken, placed: bool, number: int
) -> None:
    assert len(flags(taken, begun=BEGUN, reported=REPORTED, placed=placed)) == number


def test_odd_photos_are_taken_and_flagged_on_the_page(
    yard: Yard, sign_in: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    first, _second = yard.begin()
    data: dict[str, Any] = {"key": "k" * 20, "text": TEXT, "alt_1": "The benches"}
    for number, made in enumerate(
        (photo(), photo(None), photo(place=None), photo("2025:01:01")), 1
    ):
        data[f"photo_{number}"] = (BytesIO(made), f"{number}.jpg")
    answer = sign_in(yard.reviewer).post(f"/milestones/{first}/report", data=data)
    assert answer.status_code == 303
    shown = client.get(f"/milestones/{first}").text
    assert 'alt="The benches"' in shown
    for words in (
        "does not say when",
        "does not say where",
        "Taken before the work began",
        "0 m from the place",
    ):
        assert words in shown


def test_what_is_no_photo_is_refused_and_the_text_is_kept(
    yard: Yard, sign_in: Callable[..., FlaskClient]
) -> None:
    first, _second = yard.begin()
    data = {"key": "k" * 20, "text": TEXT, "photo_1": (BytesIO(b"MZ evil"), "evil.jpg")}
    answer = sign_in(yard.reviewer).post(f"/milestones/{first}/report", data=data)
    assert answer.status_code == 422
    assert TEXT in answer.text
    assert "not a photo" in answer.text
    assert yard.milestone(first).state == MilestoneState.PLANNED


def test_a_report_needs_a_text_and_has_six_photos_at_most(yard: Yard) -> None:
    first, _second = yard.begin()
    with pytest.raises(Invalid):
        yard.report(first, yard.reviewer, text="short")
    many = tuple(do.SentPhoto(StoredImage(str(number), 4, 3)) for number in range(7))
    with pytest.raises(Invalid):
        yard.report(first, yard.reviewer, photos=many)


def test_the_same_form_twice_is_one_report_and_another_persons_key_is_refused(
    yard: Yard,
) -> None:
    first, second = yard.begin()
    sent = yard.report(first, yard.reviewer, key="same")
    assert yard.report(first, yard.reviewer, key="same") == sent
    with pytest.raises(Conflict):
        yard.report(second, yard.reviewer, key="same")


def test_work_is_not_reported_before_its_contract_is_signed_or_while_it_is_out_for_tender(
    yard: Yard, make: Factory
) -> None:
    first, second = yard.begin()
    contract = yard.contract({first: 5000 * YUAN})
    yard.set("contract", contract, state=ContractState.TERMINATED)
    with pytest.raises(Conflict):
        yard.report(first)
    yard.out_for_tender(second, TenderState.OPEN)
    with pytest.raises(Conflict):
        yard.report(second, yard.reviewer)


def test_a_firm_that_does_other_work_cannot_report(yard: Yard, sign_in: Any) -> None:
    first, second = yard.begin()
    yard.contract({first: 5000 * YUAN})
    worker = sign_in(yard.worker)
    assert worker.get(f"/milestones/{first}/report").status_code == 200
    assert worker.get(f"/milestones/{second}/report").status_code == 403


def test_neighbours_hold_up_an_acceptance_and_people_from_elsewhere_do_not(yard: Yard) -> None:
    first, _second = yard.begin()
    report = yard.report(first, yard.reviewer)
    yard.say(report, yard.stranger, holds=False)
    dispute = yard.say(report, holds=False)
    with pytest.raises(Conflict):
        yard.accept(report)
    yard.answer(dispute)
    yard.accept(report)
    assert yard.milestone(first).state == MilestoneState.ACCEPTED


def test_whose_name_is_not_checked_does_not_count_as_nearby(yard: Yard, make: Factory) -> None:
    first, _second = yard.begin()
    report = yard.report(first, yard.reviewer)
    yard.say(report, make.person(yard.books.areas[3], verified=False), holds=False)
    yard.accept(report)
    assert yard.milestone(first).state == MilestoneState.ACCEPTED


def test_a_dispute_may_be_taken_back_and_a_new_one_needs_a_new_answer(yard: Yard) -> None:
    first, _second = yard.begin()
    report = yard.report(first, yard.reviewer)
    dispute = yard.say(report, holds=False)
    yard.answer(dispute)
    assert yard.say(report, holds=False, text=WHY) == dispute
    yard.say(report, holds=False, text="Another thing is broken now.")
    with pytest.raises(Conflict):
        yard.accept(report)
    yard.say(report, holds=True, text="")
    yard.accept(report)
    with pytest.raises(Conflict):
        yard.say(report, holds=False)


def test_those_who_did_the_work_do_not_judge_it(yard: Yard) -> None:
    first, second = yard.begin()
    yard.contract({first: 5000 * YUAN})
    report, own = yard.report(first), yard.report(second, yard.reviewer)
    for verb in (
        lambda: yard.say(report, yard.worker, holds=True),
        lambda: yard.say(own, yard.reviewer, holds=True),
        lambda: yard.accept(report, yard.worker),
        lambda: yard.accept(own, yard.reviewer),
        lambda: yard.answer(yard.say(own, holds=False), yard.reviewer),
        lambda: yard.answer(yard.say(own, yard.officer, holds=False), yard.officer),
    ):
        with pytest.raises(Refused):
            verb()


def test_a_no_sends_work_back_with_its_reason_and_a_new_report_begins_anew(yard: Yard) -> None:
    first, _second = yard.begin()
    report = yard.report(first, yard.reviewer)
    yard.accept(report, yard.officer)
    with pytest.raises(Invalid):
        yard.refuse(report, yard.second_officer, "no")
    yard.refuse(report, yard.second_officer)
    assert yard.milestone(first).state == MilestoneState.PLANNED
    with pytest.raises(Conflict):
        yard.accept(report, yard.committee)
    again = yard.report(first, yard.reviewer)
    yard.accept(again, yard.officer)
    assert yard.milestone(first).state == MilestoneState.REPORTED
    yard.accept(again, yard.officer)
    assert yard.milestone(first).state == MilestoneState.REPORTED
    yard.accept(again, yard.committee)
    assert yard.milestone(first).state == MilestoneState.ACCEPTED


def test_who_said_one_thing_does_not_say_the_other(yard: Yard) -> None:
    first, _second = yard.begin()
    report = yard.report(first, yard.reviewer)
    yard.accept(report, yard.officer)
    with pytest.raises(Conflict):
        yard.refuse(report, yard.officer)
