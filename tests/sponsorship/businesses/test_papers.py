"""Papers of businesses: looked at, under seal, opened by few, and each time on record."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Role
from core.errors import Conflict, Invalid, NotFound
from core.web import settings
from sponsorship.businesses import services
from sponsorship.models import BusinessPaper
from tests.factories import Factory
from tests.sponsorship.businesses.counter import Counter, photo
from transparency.log import timeline

SignIn = Callable[..., FlaskClient]


def files() -> list[Path]:
    folder = settings().instance / "documents" / "businesses"
    return [one for one in folder.rglob("*") if one.is_file()]


def test_a_paper_lies_under_seal(counter: Counter) -> None:
    ident = counter.register()
    counter.add_paper(ident)
    (kept,) = files()
    assert photo() not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"MZ not a paper", "licence.exe"),
        (b"<svg onload=alert(1)>", "licence.svg"),
        (b"%PDF-1.7 broken", "licence.pdf"),
        (photo(), "licence.pdf"),
        (b"\x89PNG\r\n\x1a\n broken", "licence.png"),
    ],
)
def test_what_is_no_paper_is_not_taken(counter: Counter, data: bytes, name: str) -> None:
    ident = counter.register()
    with pytest.raises(Invalid) as caught:
        counter.add_paper(ident, data=data, name=name)
    assert set(caught.value.fields) == {"file"}
    assert files() == []


def test_who_may_open_a_paper(counter: Counter, make: Factory, sign_in: SignIn) -> None:
    square = counter.square
    ident = counter.submitted()
    paper = counter.add_paper(ident)
    people = {
        "manager": (counter.owner, 200),
        "officer": (square.officer, 200),
        "payer": (make.person(), 403),
        "invited": (make.person(), 403),
        "resident": (square.resident, 403),
        "finance": (square.finance, 403),
        "auditor": (make.staff(Role.AUDITOR, square.area), 403),
        "foreign officer": (make.staff(Role.OFFICER, make.area("Elsewhere")), 403),
        "officer who acts for it": (make.staff(Role.OFFICER, square.area), 403),
    }
    counter.seat(ident, people["payer"][0], "payer")
    counter.seat(ident, people["officer who acts for it"][0], "viewer")
    counter.invite(ident, people["invited"][0], "manager")
    for name, (person, status) in people.items():
        answer = sign_in(person).get(f"/sponsor/business-papers/{paper}")
        assert answer.status_code == status, name
        if status == 200:
            assert answer.data == photo()
            assert answer.headers["Content-Disposition"].startswith("attachment")
    weak = sign_in(square.officer, strong=False)
    assert weak.get(f"/sponsor/business-papers/{paper}").status_code == 403


def test_each_opening_is_on_record(
    counter: Counter, sign_in: SignIn, session: Session, client: FlaskClient
) -> None:
    ident = counter.submitted()
    paper = counter.add_paper(ident)
    assert client.get(f"/sponsor/business-papers/{paper}").status_code in {302, 303, 401, 403}
    sign_in(counter.square.officer).get(f"/sponsor/business-papers/{paper}")
    sign_in(counter.owner).get(f"/sponsor/business-papers/{paper}")
    opened = timeline(session, ("business", ident), types=("business.paper_opened",))
    assert [(one.body["by"], one.body["roles"]) for one in opened] == [
        (counter.owner, ["manager"]),
        (counter.square.officer, ["officer"]),
    ]


def test_a_draft_is_nobodys_to_open_but_its_managers(counter: Counter, sign_in: SignIn) -> None:
    ident = counter.register()
    paper = counter.add_paper(ident)
    officer = sign_in(counter.square.officer)
    assert officer.get(f"/sponsor/business-papers/{paper}").status_code == 403


def test_a_removed_paper_is_gone_unless_another_is_the_same(
    counter: Counter, session: Session
) -> None:
    ident, at = counter.register(), counter.square.at
    first, second = counter.add_paper(ident), counter.add_paper(ident)
    counter.do(lambda s: services.remove_paper(s, first, counter.owner, at))
    assert len(files()) == 1
    counter.do(lambda s: services.remove_paper(s, second, counter.owner, at))
    assert files() == []
    with pytest.raises(NotFound):
        services.open_paper(session, second, counter.owner, ["manager"], at)
    assert counter.row(BusinessPaper, second).removed_at == at


def test_what_the_office_has_before_it_stays(counter: Counter) -> None:
    ident, at = counter.submitted(), counter.square.at
    paper = counter.add_paper(ident)
    with pytest.raises(Conflict):
        counter.do(lambda s: services.remove_paper(s, paper, counter.owner, at))


def test_there_are_only_so_many(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sponsorship.businesses.services.papers.MOST_PAPERS", 2)
    ident = counter.register()
    counter.add_paper(ident)
    counter.add_paper(ident)
    with pytest.raises(Conflict):
        counter.add_paper(ident)


def test_a_file_over_ten_megabytes_is_not_taken(counter: Counter) -> None:
    ident = counter.register()
    out = io.BytesIO(b"%PDF-1.7" + b"0" * (10 * 1024 * 1024))
    with pytest.raises(Invalid):
        counter.add_paper(ident, data=out.getvalue(), name="licence.pdf")
