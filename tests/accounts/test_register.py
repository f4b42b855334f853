"""Uploading the electoral register: every encoding, every mistake, all or nothing."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import RegisterEntry, RegisterUpload, Role
from accounts.register_file import MOST_BYTES, is_whole_id, read_register
from core.errors import Invalid
from tests.accounts.pages import fill_in
from tests.factories import Factory
from transparency.log import timeline

HEAD = "masked_id,name,area,birth_year\n"
ZH_HEAD = "证件号,姓名,社区,出生年份\n"
LINE = "330106********1234,李雷,滨河社区,1956\n"


class Office:
    """An officer's browser and the areas of their sub-district."""

    def __init__(self, make: Factory, sign_in: Callable[..., FlaskClient]) -> None:
        self.top = make.area("Xinghe")
        self.home = make.area("滨河社区", self.top)
        self.browser = sign_in(make.staff(Role.OFFICER, self.top))

    def upload(self, content: str | bytes, button: str = "import") -> TestResponse:
        """Send a file with one of the two buttons."""
        raw = content.encode() if isinstance(content, str) else content
        file = (io.BytesIO(raw), "register.csv")
        return fill_in(self.browser, "/register", area=self.top, file=file, **{button: "1"})


@pytest.fixture
def office(make: Factory, sign_in: Callable[..., FlaskClient]) -> Office:
    return Office(make, sign_in)


def entries(session: Session) -> int:
    """How many people the register has."""
    session.rollback()
    return session.scalar(select(func.count(RegisterEntry.id))) or 0


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + LINE).encode(),
        (ZH_HEAD + LINE).encode("utf-8-sig"),
        (ZH_HEAD + LINE).encode("gbk"),
        (ZH_HEAD + LINE).encode("gb18030").replace(b"\n", b"\r\n"),
        "name,birth_year,note,area,masked_id\n李雷,1956,,滨河社区,330106＊＊＊＊＊＊＊＊1234\n".encode(),
    ],
    ids=["utf-8", "utf-8 with mark", "gbk", "gb18030 with crlf", "other order, wide stars"],
)
def test_a_spreadsheet_in_any_usual_encoding_is_taken_in(
    office: Office, session: Session, content: bytes
) -> None:
    assert office.upload(content).status_code == 303
    kept = session.scalars(select(RegisterEntry)).one()
    assert (kept.masked_id, kept.name) == ("330106********1234", "李雷")
    assert (kept.area_id, kept.birth_year) == (office.home, 1956)
    assert "Riverside" not in office.browser.get("/register").text


def test_only_checking_takes_nothing_in_and_shows_the_first_lines(
    office: Office, session: Session
) -> None:
    page = office.upload(HEAD + LINE, "check")
    assert page.status_code == 200
    assert "The file is fine: 1 person." in page.text
    assert "李雷" in page.text
    assert entries(session) == 0


def test_an_upload_is_recorded_without_anybody_in_it(office: Office, session: Session) -> None:
    office.upload(HEAD + LINE)
    upload = session.scalars(select(RegisterUpload)).one()
    assert upload.people == 1
    body = timeline(session, ("upload", upload.id))[0].body
    assert body == {"area": office.top, "people": 1, "sha256": upload.sha256, "by": "officer"}


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("330106********1234,,滨河社区,1956", "Line 3: The name is missing"),
        (
            f"330106********1234,{'李' * 81},滨河社区,1956",
            "Line 3: The name is missing or too long",
        ),
        ("330106********1234,王五,滨河社区,56", "Line 3: “56” is not a year"),
        ("330106********1234,王五,滨河社区,3056", "Line 3: “3056” is not a year"),
        ("330106********1234,王五,火星社区,1956", "Line 3: No area of yours is called “火星社区”"),
        ("****,王五,滨河社区,1956", "Line 3: The masked number has to end"),
        ("11010519491231002X,王五,滨河社区,1949", "Line 3: A whole identity number"),
        ("330106********1234,李雷,滨河社区,1956", "Line 3: The same person as in line 2"),
        ("<script>alert(1)</script>", "Line 3: The masked number"),
    ],
)
def test_a_bad_line_is_named_by_its_number_and_nothing_is_taken_in(
    office: Office, session: Session, bad: str, says: str
) -> None:
    page = office.upload(f"{HEAD}{LINE}{bad}\n")
    assert page.status_code == 422
    assert says in page.text
    assert "<script>alert" not in page.text
    assert entries(session) == 0


def test_line_numbers_count_lines_inside_quotes(office: Office) -> None:
    page = office.upload(HEAD + '330106********1234,"李\n雷",滨河社区,1956\n' + "x,y,z,1\n")
    assert "Line 4: The masked number" in page.text


def test_who_is_on_the_register_already_is_named(office: Office, session: Session) -> None:
    office.upload(HEAD + LINE)
    page = office.upload(HEAD + "330106********9999,韩梅,滨河社区,1960\n" + LINE)
    assert page.status_code == 422
    assert "Line 3: On the register already" in page.text
    assert entries(session) == 1


def test_the_first_fifty_mistakes_are_shown_and_all_are_counted(office: Office) -> None:
    page = office.upload(HEAD + "x,y,z,1\n" * 60)
    assert "60 lines have to be put right" in page.text
    assert "Line 51" in page.text
    assert "Line 52" not in page.text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Not found: masked_id"),
        (b"name,area,birth_year\n", "Not found: masked_id"),
        (HEAD.encode(), "no people in it"),
        (b"PK\x03\x04\x00\x00", "not a CSV file"),
        (b"\xff\xff\xff\xff", "characters cannot be read"),
        (HEAD.encode() + b'"', "not a CSV file that we can read"),
    ],
    ids=["empty", "column missing", "only a head", "a zip", "no text", "open quote"],
)
def test_a_file_that_is_no_register_is_refused_as_a_whole(
    office: Office, session: Session, content: bytes, says: str
) -> None:
    page = office.upload(content)
    assert page.status_code == 422
    assert says in page.text
    assert entries(session) == 0


def test_a_file_of_more_than_20_mb_is_refused_unread() -> None:
    with pytest.raises(Invalid, match="larger than 20 MB"):
        read_register(b"x" * (MOST_BYTES + 1), {}, (1880, 2026))


def test_two_areas_of_one_name_have_to_be_told_apart_by_number(
    office: Office, make: Factory, session: Session
) -> None:
    twin = make.area("滨河社区", office.top)
    page = office.upload(HEAD + LINE)
    assert "Several areas are called “滨河社区”; write the number" in page.text
    assert office.upload(HEAD + LINE.replace("滨河社区", str(twin))).status_code == 303
    assert session.scalars(select(RegisterEntry.area_id)).all() == [twin]


def test_an_officer_cannot_upload_for_another_area(
    office: Office, make: Factory, session: Session
) -> None:
    elsewhere = make.area("火星社区")
    page = office.upload(HEAD + LINE.replace("滨河社区", str(elsewhere)))
    assert "No area of yours" in page.text
    office.top = elsewhere
    assert office.upload(HEAD + LINE).status_code == 422
    assert entries(session) == 0


def test_residents_do_not_see_the_register(
    make: Factory, sign_in: Callable[..., FlaskClient]
) -> None:
    assert sign_in(make.person(make.area())).get("/register").status_code == 403


@pytest.mark.parametrize(
    ("number", "whole"),
    [
        ("11010519491231002X", True),
        ("440524188001010014", True),
        ("110105194912310021", False),
        ("110105********002X", False),
        ("1101051949123100", False),
    ],
)
def test_an_unmasked_identity_number_is_known_by_its_check_character(
    number: str, *, whole: bool
) -> None:
    assert is_whole_id(number) is whole


def test_a_large_register_is_read_line_by_line() -> None:
    lines = "".join(f"330106********{i:04d},李{i},滨河社区,1956\n" for i in range(9999))
    found = read_register((HEAD + lines).encode(), {"滨河社区": [7]}, (1880, 2026))
    assert len(found.people) == 9999
    assert found.count_of_problems == 0
