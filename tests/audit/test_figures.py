"""Every figure on every page is the sum of the lines behind it, and of the journal itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Area
from ledger.journal import FIGURES
from ledger.models import CostCentre, Fund, Transfer, VoucherKind
from tests.audit.pages import COUNT, Reader
from tests.audit.town import Town
from tests.ledger.books import YUAN

MOST_QUERIES = 12
PAGES = (
    "/money",
    "/money?level=community",
    "/money/funds",
    "/money/funds/{fund}",
    "/money/rounds/{round}",
    "/money/projects/{project}",
    "/money/payees",
    "/money/payees?q=Lamp",
    "/money/payees/{payee}",
    "/money/lines",
    "/money/lines?figure=spent&fund={fund}",
    "/money/lines?q=lamp",
    "/money/lines?figure=paid&amount_from=1&round={round}",
    "/money/lines/{line}",
    "/money/lines/{line}/part",
    "/money/allotments",
    "/money/explain",
)
Count = Callable[[], AbstractContextManager[list[str]]]


def journal_sum(session: Session, url: str) -> tuple[int, int]:
    """The sum and the number of the journal's lines under the filter of an address, added up
    one by one."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    signs = FIGURES[asked["figure"]]
    rows = session.execute(
        select(Transfer, Fund, Area, CostCentre.parent_id)
        .join(Fund, Fund.id == Transfer.fund_id)
        .join(Area, Area.id == Fund.area_id)
        .outerjoin(CostCentre, CostCentre.id == Transfer.cost_centre_id)
    )
    total = count = 0
    for line, fund, area, parent in rows:
        if _fits(_facts(line, fund, area, parent), asked):
            count += 1
            sign = signs[line.code] * (-1 if line.reverses_id else 1)
            total += sign * line.amount
    return total, count


def _facts(line: Transfer, fund: Fund, area: Area, parent: int | None) -> dict[str, set[str]]:
    """What an address may ask for to find this line."""
    return {
        "figure": {name for name, codes in FIGURES.items() if line.code in codes},
        "year": {str(fund.year)},
        "currency": {line.currency},
        "level": {area.kind},
        "kind": {fund.kind},
        "area": {str(area.id)},
        "fund": {str(fund.id)},
        "round": {str(line.cost_centre_id), str(parent)},
        "cost_centre": {str(line.cost_centre_id)},
        "payee": {str(line.payee_id)},
        "voucher": {str(line.voucher_id)},
        "month": {f"{line.effective_on:%Y-%m}"},
    }


def _fits(facts: dict[str, set[str]], asked: dict[str, str]) -> bool:
    month = min(facts["month"])
    within = asked.get("since", month) <= month <= asked.get("until", month)
    left_out = facts["payee"] & set(asked.get("others", "").split(","))
    plain = asked.keys() - {"since", "until", "others"}
    return within and not left_out and all(asked[name] in facts[name] for name in plain)


def test_every_figure_is_the_sum_of_its_lines(
    town: Town, client: FlaskClient, session: Session
) -> None:
    reader = Reader(client)
    figures: dict[str, int] = {}
    for path in reader.walk("/money"):
        for url, amount in reader.figures(path):
            assert figures.setdefault(url, amount) == amount, (path, url)
    assert len(figures) > 100
    for url, amount in figures.items():
        shown = reader.sums(url).get("CNY", 0)
        total, count = journal_sum(session, url)
        assert (shown, total) == (amount, amount), url
        counted = COUNT.search(reader.page(url))
        assert counted is not None, url
        assert int(counted[1]) == count, url


def test_a_list_shows_every_line_behind_its_figure_once(
    town: Town, client: FlaskClient, session: Session
) -> None:
    reader = Reader(client)
    for url in ("/money/lines", "/money/lines?figure=spent", "/money/lines?q=Lamp"):
        found = reader.all_lines(url)
        assert len(found) == len(set(found))
    every = session.scalars(select(Transfer.id)).all()
    assert sorted(reader.all_lines("/money/lines")) == sorted(every)
    assert len(every) > 25  # more than one page


def test_figures_are_those_of_the_books(town: Town, client: FlaskClient) -> None:
    reader = Reader(client)
    figures = {url.split("figure=")[1].split("&")[0]: a for url, a in reader.figures("/money")[:6]}
    spent = (10_000 + 10_001 + 10_002 + 10_003) * YUAN + 6 - 500 * YUAN + 900 * YUAN
    assert figures["received"] == 908_000 * YUAN
    assert figures["spent"] == spent
    assert figures["owed"] == 10_003 * YUAN + 3


def test_a_page_asks_the_database_few_questions(
    town: Town, client: FlaskClient, count_queries: Count, session: Session
) -> None:
    line = session.scalars(select(Transfer.id).where(Transfer.code == "pay")).first()
    there = {
        "fund": town.books.funds[-1],
        "round": town.round,
        "project": town.projects[0],
        "payee": town.payees[0],
        "line": line,
    }
    for path in PAGES:
        with count_queries() as queries:
            assert client.get(path.format(**there)).status_code == 200
        assert len(asked_of(queries)) <= MOST_QUERIES, (path, queries)


def asked_of(queries: list[str]) -> list[str]:
    """The questions among the statements that were sent."""
    return [query for query in queries if not query.startswith(("BEGIN", "PRAGMA"))]


def test_months_add_up_to_the_year(town: Town, client: FlaskClient) -> None:
    books = town.books
    books.at += timedelta(days=40)
    books.pay(
        books.book(
            VoucherKind.DISBURSE,
            3_000 * YUAN,
            cost_centre_id=town.projects[0],
            payee_id=town.payees[0],
        )
    )
    reader = Reader(client)
    spent = {url: amount for url, amount in reader.figures("/money") if "figure=spent" in url}
    months = [a for u, a in spent.items() if "since=" in u]
    year = next(a for u, a in spent.items() if u.endswith("figure=spent&year=2026&currency=CNY"))
    assert len(months) == 2
    assert sum(months) == year
