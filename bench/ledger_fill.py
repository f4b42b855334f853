"""A ledger of any size for measurements: four levels, two years, as the services would book it.

Rows are copied in past the guards and triggers, for what these would check and sum one by one is
made right here at once; the database's constraints still look at every sum.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, create_engine, insert

from accounts.models import Area, AreaKind, Person
from bench.ledger_write import START, Happening, Writer
from config import psycopg_url
from core.db import Base, prepare
from core.migrate import upgrade
from ledger.journal import Event
from ledger.models import CostCentre, Fund, Payee

DISTRICTS, SUB_DISTRICTS, COMMUNITIES, YEARS = 3, 6, 10, 2
PROJECTS, PAYEES = 300, 200
ZH, EN = ("花园", "路灯", "扶手", "长椅"), ("garden", "lights", "handrails", "benches")


@dataclass
class City:
    """Identities of what was written first. Funds are by year and place; the first place is the
    city, then come the levels below; ``above`` is the place that a place gets its money from."""

    people: tuple[int, int] = (0, 0)
    above: list[int] = field(default_factory=list)
    funds: list[list[int]] = field(default_factory=list)
    rounds: list[list[tuple[int, int]]] = field(default_factory=list)
    projects: list[tuple[int, int, int, int]] = field(default_factory=list)
    payees: list[int] = field(default_factory=list)


def fill(url: str, lines: int) -> int:
    """Fill the empty database at ``url``, migrating it, with about so many transfers, at least
    5,000; gives how many there are."""
    engine = create_engine(psycopg_url(url))
    prepare(engine)
    upgrade(engine)
    with unguarded(engine) as connection:
        city = _city(connection)
        story = Story(city, lines)
        writer = Writer(connection, city.people)
        written = writer.write(story.tell())
        _note_costs(connection, story.costs)
        writer.sum_up()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()
    return written


@contextmanager
def unguarded(engine: Engine) -> Iterator[Connection]:
    """A transaction in which rows are written past the database's guards and triggers."""
    with engine.begin() as connection:
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
            yield connection
            return
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        listed = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        triggers = connection.exec_driver_sql(listed).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        yield connection
        for _, sql in triggers:
            connection.exec_driver_sql(sql)


def _add(connection: Connection, model: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    table = Base.metadata.tables[model.__tablename__]
    made = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(made, list(rows)).scalars())


def _city(connection: Connection) -> City:
    now = datetime(2024, 1, 1, tzinfo=UTC)
    people = [
        {"name": f"财务{i}", "phone": f"+86137{i:08d}", "locale": "zh_Hans", "created_at": now}
        for i in range(2)
    ]
    ids = _add(connection, Person, people)
    city = City(people=(ids[0], ids[1]))
    areas = _areas(connection, city)
    for year in range(YEARS):
        rows = [
            {
                "area_id": area,
                "kind": "allocation",
                "year": START.year + year,
                "currency": "CNY",
                "name": {
                    "zh_Hans": f"{START.year + year} 年资金",
                    "en": f"Fund {START.year + year}",
                },
                "created_at": now,
            }
            for area in areas
        ]
        city.funds.append(_add(connection, Fund, rows))
    _purposes(connection, city)
    payees = [
        {"name": {"zh_Hans": f"供应商{i}", "en": f"Supplier {i}"}, "created_at": now}
        for i in range(PAYEES)
    ]
    city.payees = _add(connection, Payee, payees)
    return city


def _areas(connection: Connection, city: City) -> list[int]:
    """The areas, from the city down; notes for each place which one is above it."""
    areas: list[int] = []
    paths: list[str] = []
    levels = (
        (AreaKind.CITY, 1),
        (AreaKind.DISTRICT, DISTRICTS),
        (AreaKind.SUB_DISTRICT, SUB_DISTRICTS),
        (AreaKind.COMMUNITY, COMMUNITIES),
    )
    table = Base.metadata.tables[Area.__tablename__]
    above = [-1]
    for kind, number in levels:
        level = []
        for i in range(number):
            parent = above[i % len(above)]
            name = {"zh_Hans": f"{kind} {i + 1}", "en": f"{kind} {i + 1}"}
            row: dict[str, Any] = {"kind": kind, "name": name, "path": f"new{len(areas)}"}
            row["parent_id"] = areas[parent] if parent >= 0 else None
            ident = _add(connection, Area, [row])[0]
            paths.append(f"{paths[parent] if parent >= 0 else '/'}{ident}/")
            connection.execute(table.update().where(table.c.id == ident).values(path=paths[-1]))
            level.append(len(areas))
            areas.append(ident)
            city.above.append(parent)
        above = level
    return areas


def _purposes(connection: Connection, city: City) -> None:
    """A round in each community each year, and the projects that won in it."""
    ref = 0
    for year in range(YEARS):
        titles = [{"zh_Hans": f"微实事 {i}", "en": f"Small works {i}"} for i in range(COMMUNITIES)]
        refs = [year * COMMUNITIES + i + 1 for i in range(COMMUNITIES)]
        rows = [
            {"kind": "round", "ref": number, "title": title}
            for number, title in zip(refs, titles, strict=True)
        ]
        city.rounds.append(list(zip(_add(connection, CostCentre, rows), refs, strict=True)))
        for place in range(PROJECTS // YEARS):
            ref += 1
            round_, round_ref = city.rounds[year][place % COMMUNITIES]
            title = {"zh_Hans": f"{ZH[ref % 4]}{ref}", "en": f"{EN[ref % 4]} {ref}"}
            row = {"kind": "project", "ref": ref, "title": title, "parent_id": round_}
            city.projects.append((_add(connection, CostCentre, [row])[0], ref, round_, round_ref))


class Story:
    """Everything of two years; every fund has the money that it needs."""

    def __init__(self, city: City, lines: int) -> None:
        self.city = city
        self.rng = random.Random(lines)  # nosec B311 # repeatable filler
        self.invoices = max(1, round((lines - 500) / 3 / PROJECTS))
        self.found: list[Happening] = []
        self.numbers = itertools.count(1)
        self.costs: dict[int, int] = {}

    def tell(self) -> list[Happening]:
        """All of it, in the order of its days."""
        each = PROJECTS // YEARS
        for year in range(YEARS):
            need = [0] * len(self.city.above)
            for place, project in enumerate(self.city.projects[year * each : (year + 1) * each]):
                community = len(need) - COMMUNITIES + place % COMMUNITIES
                fund = self.city.funds[year][community]
                need[community] += self._project(project, fund, year * 365)
            self._handed_down(year, need)
            self._set_aside(year, need)
        return sorted(self.found, key=lambda one: one.day)

    def _add(self, day: int, event: str, amount: int, what: Event, *steps: str) -> None:
        voucher = next(self.numbers)
        for step in steps:
            name = f"{event}.paid" if step == "paid" else event
            self.found.append(Happening(day, name, amount, what, voucher, step))

    def _project(self, project: tuple[int, int, int, int], fund: int, first: int) -> int:
        """A project's invoices and payments through the year; gives what it costs in all."""
        ident, ref, round_, round_ref = project
        subjects = (("project", ref), ("round", round_ref))
        payees = self.rng.sample(self.city.payees, 5)
        total = 0
        for _ in range(self.invoices):
            amount, day = self.rng.randrange(100_00, 5_000_00), first + self.rng.randrange(40, 350)
            what = Event(fund=fund, project=ident, payee=self.rng.choice(payees))
            number, paid = next(self.numbers), day + self.rng.randrange(1, 14)
            self.found += [
                Happening(day, "disburse", amount, what, number, "booked", subjects),
                Happening(paid, "disburse.paid", amount, what, number, "paid", subjects),
            ]
            total += amount
        self.costs[ident] = cost = total * 11 // 10
        what = Event(fund=fund, round=round_, project=ident)
        won = Happening(first + 30, "commit", cost, what, None, f"commit:{ident}", subjects)
        self.found.append(won)
        return cost

    def _handed_down(self, year: int, need: list[int]) -> None:
        """The money from outside, and down every level."""
        funds = self.city.funds[year]
        for place in range(len(need) - 1, 0, -1):
            above = self.city.above[place]
            need[above] += need[place]
            what = Event(fund=funds[above], to_fund=funds[place])
            # Places are in order of their levels, so the ones above get theirs first.
            self._add(year * 365 + 2 + place // 2, "allot", need[place], what, "booked", "paid")
        self._add(year * 365, "receive", need[0], Event(fund=funds[0]), "booked")

    def _set_aside(self, year: int, need: list[int]) -> None:
        """What each community's round may spend."""
        for community, (round_, _) in enumerate(self.city.rounds[year]):
            place = len(need) - COMMUNITIES + community
            what = Event(fund=self.city.funds[year][place], round=round_)
            self._add(year * 365 + 25, "appropriate", need[place], what, "booked")


def _note_costs(connection: Connection, costs: dict[int, int]) -> None:
    table = Base.metadata.tables[CostCentre.__tablename__]
    change = table.update().where(table.c.id == bindparam("project"))
    rows = [{"project": ident, "cost": cost, "currency": "CNY"} for ident, cost in costs.items()]
    connection.execute(change, rows)
