"""Money on other rooms' pages, and in a project's life line."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.models import PhaseKind
from core.db import transaction
from ledger.models import CostCentre, VoucherKind
from ledger.services.committing import Winner, enter_winners
from projects.states import State
from tests.audit.pages import Reader
from tests.audit.test_figures import journal_sum
from tests.audit.town import Town
from tests.factories import Factory
from tests.ledger.books import YUAN
from transparency.log import record

K = VoucherKind


def built(town: Town, make: Factory, session: Session) -> tuple[int, int]:
    """A round and a project that won, with money and two payments."""
    books = town.books
    round_id = make.round(books.areas[-1], PhaseKind.RESULTS)
    project = make.project(round_id, books.areas[-1], State.SELECTED)
    with transaction() as writing:
        winner = Winner(project, {"en": "A bench"}, 10_000 * YUAN)
        enter_winners(writing, round_id, {"en": "Works"}, "CNY", [winner], now=books.at)
    centre = select(CostCentre.id).where(CostCentre.ref.in_([round_id, project]))
    round_centre, project_centre = session.scalars(
        centre.where(CostCentre.title["en"].as_string().in_(["Works", "A bench"])).order_by(
            CostCentre.id
        )
    )
    books.book(K.APPROPRIATE, 12_000 * YUAN, cost_centre_id=round_centre)
    for amount in (1_000, 2_000):
        voucher = books.book(
            K.DISBURSE, amount * YUAN, cost_centre_id=project_centre, payee_id=town.payees[0]
        )
        books.pay(voucher)
    return round_id, project


def test_a_projects_page_shows_what_it_was_promised_and_spent(
    town: Town, make: Factory, client: FlaskClient, session: Session
) -> None:
    _round, project = built(town, make, session)
    reader = Reader(client)
    text = reader.page(f"/projects/{project}")
    assert "¥3,000 of ¥10,000 spent (30%)" in text
    assert "Reserved for a chosen project" in text  # in its life line
    assert text.count("Paid to the payee") >= 4  # newest payments, and twice in its life line
    check_figures(reader, session, f"/projects/{project}")


def check_figures(reader: Reader, session: Session, path: str) -> None:
    """Each figure of a page is the sum of its lines and of the journal's."""
    figures = reader.figures(path)
    assert figures
    for url, amount in figures:
        assert reader.sums(url).get("CNY", 0) == amount, url
        assert journal_sum(session, url)[0] == amount, url


def test_rounds_areas_and_the_first_page_show_their_figures(
    town: Town, make: Factory, client: FlaskClient, session: Session
) -> None:
    round_id, _project = built(town, make, session)
    reader = Reader(client)
    for path in ("/", f"/rounds/{round_id}", f"/areas/{town.books.areas[-1]}"):
        check_figures(reader, session, path)


def test_many_payments_leave_a_projects_decisions_on_its_life_line(
    town: Town, make: Factory, client: FlaskClient, session: Session
) -> None:
    _round, project = built(town, make, session)
    with transaction() as writing:
        record(writing, "project.selected", [("project", project)], {"by": "round"}, make.at)
        body = {"voucher": 1, "amount": 1, "currency": "CNY", "by": 1}
        for _ in range(250):
            record(writing, "voucher.approved", [("project", project)], body, make.at)
    assert "Chosen by the vote" in client.get(f"/projects/{project}").text


def test_pages_without_money_say_nothing_of_it(make: Factory, client: FlaskClient) -> None:
    area = make.area()
    project = make.project(make.round(area), area, State.SELECTED)
    for path in ("/", f"/projects/{project}", f"/areas/{area}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "data-figure" not in answer.text
