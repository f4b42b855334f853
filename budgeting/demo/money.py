"""Two years of money: from the city down to the communities, and out to whom projects pay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.demo.rounds import RoundStory
from budgeting.demo.stories import Act
from budgeting.demo.treasury import Treasury
from budgeting.models import Round
from core.clock import add_working_days, local_zone
from ledger.accounts import cost_centre
from ledger.journal import Kind, Ref
from ledger.models import (
    Account,
    Balance,
    CostCentre,
    CostCentreKind,
    Voucher,
    VoucherKind,
)
from ledger.services.funds import ask_to_close, close_period
from ledger.services.standing import open_commitment

K = VoucherKind
BEGUN = 645  # days before the present
QUARTER = 91
FIRST_PERCENT, PERCENT = 25, 12  # of a year's budget, each quarter
COMMUNITIES = ("binhe", "qingsong", "laojie")
ABOVE = {"city": "district", "district": "wide"}
EARLY = timedelta(days=2)  # money is set aside before a result is published
Event = tuple[datetime, Act]


@dataclass(slots=True)
class Spending:
    """A project that pays: how much of its cost, in how many payments, from when to when."""

    story: RoundStory
    place: int
    row: dict[str, Any]
    days: tuple[int, int]
    closed: bool
    parts: list[float] = field(default_factory=list)
    waiting: dict[int, Voucher] = field(default_factory=dict)
    found: tuple[CostCentre, tuple[str, int]] | None = None


@dataclass(slots=True)
class MoneyStory:
    """What happens to money in Xinghe up to ``now``."""

    treasury: Treasury
    now: datetime
    rng: Random
    rounds: Mapping[str, RoundStory]

    @property
    def begins(self) -> datetime:
        """When the first funds are opened."""
        return self._at(self._day(BEGUN), 9)

    def events(self) -> Iterator[Event]:
        """Everything, each with its time; in their order once they are sorted."""
        first = self._day(BEGUN).year
        for year in range(first, self.now.year + 1):
            begins = self._day(BEGUN) if year == first else date(year, 1, 4)
            yield self._at(begins, 9), partial(self._open, year=year)
        yield self._at(self._day(BEGUN), 10), self.treasury.meet_payees
        for past in range(BEGUN - 1, 20, -QUARTER):
            yield from self._quarter(past)
        for key, story in self.rounds.items():
            yield self._published(story) - EARLY, partial(self._set_aside, key=key)
        for name, row in self.treasury.content["spending"].items():
            yield from self._spend(name, row)
        if self.now.year > first:
            yield self._at(date(self.now.year, 1, 20), 11), self._close_year

    def _day(self, past: int) -> date:
        return (self.now - timedelta(days=past)).astimezone(local_zone()).date()

    def _at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """An hour of the working day on or after a day, never in the future."""
        working = add_working_days(day - timedelta(days=1), 1)
        at = datetime.combine(working, time(hour, minute), local_zone())
        return min(at, self.now - timedelta(minutes=90))

    def _published(self, story: RoundStory) -> datetime:
        return story.turns()[1]

    def _open(self, session: Session, at: datetime, year: int) -> None:
        """Open the year's funds; what is left of the last one's is carried over."""
        self.treasury.open_year(session, year, at)
        for key in self.treasury.content["funds"]:
            old = self.treasury.funds.get((key, year - 1))
            left = self._left(session, old) if old else 0
            if left:
                to = self.treasury.funds[key, year]
                about: dict[str, Any] = {"purpose": self._say("carry"), "to_fund_id": to}
                self.treasury.book(session, at, K.CARRY_OVER, (key, year - 1), left, **about)

    def _left(self, session: Session, fund: int) -> int:
        key = Ref(fund, Kind.ALLOCATION).key
        return session.scalar(select(Balance.net).join(Account).where(Account.key == key)) or 0

    def _say(self, name: str, **values: object) -> str:
        chosen: str = self.treasury.content["purposes"][name][0]
        return chosen.format(**values)

    def _quarter(self, past: int) -> Iterator[Event]:
        """Money comes to the city and is handed down, level by level, within two weeks."""
        percent = FIRST_PERCENT if past == BEGUN - 1 else PERCENT
        hand = partial(self._hand, percent=percent)
        yield self._at(self._day(past), 10), partial(hand, key="city", comes=True)
        yield self._at(self._day(past - 3), 14), partial(hand, key="city")
        yield self._at(self._day(past - 6), 15), partial(hand, key="district")
        yield self._at(self._day(past - 9), 11), partial(hand, key="wide")

    def _hand(
        self, session: Session, at: datetime, key: str, percent: int, *, comes: bool = False
    ) -> None:
        planned = self.treasury.content["planned"]
        day = at.astimezone(local_zone())
        names: dict[str, Any] = {"year": day.year, "month": day.month, "area": ""}
        where = (key, day.year)
        if comes:
            purpose = self._say("receive", **names)
            self.treasury.book(
                session, at, K.RECEIVE, where, planned[key] * percent, purpose=purpose
            )
            return
        for below in COMMUNITIES if key == "wide" else (ABOVE[key],):
            names["area"] = self.treasury.world.areas[below].name["zh_Hans"]
            self.treasury.book(
                session,
                at,
                K.ALLOT,
                where,
                planned[below] * percent,
                purpose=self._say(key, **names),
                to_fund_id=self.treasury.funds[below, day.year],
                conditions=self.treasury.content["conditions"][0],
            )

    def _set_aside(self, session: Session, at: datetime, key: str) -> None:
        """Appropriate a round's budgets, each from its own area's fund."""
        story = self.rounds[key]
        title = session.get_one(Round, story.plan.round_id).title
        centre = cost_centre(session, CostCentreKind.ROUND, story.plan.round_id, title)
        year = at.astimezone(local_zone()).year
        for area, amount in story.plan.content["budgets"].items():
            purpose = self._say("appropriate", title=title["zh_Hans"])
            about: dict[str, Any] = {"purpose": purpose, "cost_centre_id": centre.id}
            where = (area, year)
            self.treasury.book(session, at, K.APPROPRIATE, where, amount * 100, **about)

    def _spend(self, name: str, row: dict[str, Any]) -> Iterator[Event]:
        key, _, place = name.partition("/")
        story = self.rounds[key]
        begins = (self.now - self._published(story)).days - 12
        closed = key == "past"
        ends = -story.plan.content["boundaries"][-1] + 12 if closed else 3
        parts = [self.rng.uniform(0.4, 1.6) for _ in range(row["count"])]
        scale = row["share"] / sum(parts)
        spent = Spending(story, int(place), row, (begins, ends), closed, [p * scale for p in parts])
        for number in range(row["count"]):
            past = begins - (begins - ends) * number // row["count"]
            day, minute = self._day(past), self.rng.randrange(60)
            steps = (self._ask, self._approve, self._pay)
            for after, step in enumerate(steps):
                at = self._at(day + timedelta(days=after), 9 + 3 * after, minute)
                yield at, partial(step, spent=spent, number=number)
        if closed:
            yield self._at(self._day(ends - 20), 16), partial(self._finish, spent=spent)

    def _centre(self, session: Session, spent: Spending) -> tuple[CostCentre, tuple[str, int]]:
        """A project's cost centre, and the area and year of the fund that pays most of it."""
        if spent.found:
            return spent.found
        ref = spent.story.projects[spent.place].project_id
        rows = (
            select(CostCentre, Account.fund_id)
            .join(Account, Account.cost_centre_id == CostCentre.id)
            .join(Balance, Balance.account_id == Account.id)
            .where(CostCentre.kind == CostCentreKind.PROJECT, CostCentre.ref == ref)
            .where(Account.kind == Kind.ENCUMBRANCE)
            .order_by(Balance.credits.desc())
        )
        centre, fund = session.execute(rows).first() or (None, 0)
        if centre is None:
            raise LookupError(f"project {ref} of the demo won nothing; its spending is pointless")
        self.treasury.held += [centre, centre.parent, centre.area]
        where = next(w for w, ident in self.treasury.funds.items() if ident == fund)
        spent.found = centre, where
        return spent.found

    def _ask(self, session: Session, at: datetime, spent: Spending, number: int) -> None:
        centre, where = self._centre(session, spent)
        works = spent.row["works"]
        payee, _weight, what = self.rng.choices(works, [work[1] for work in works])[0]
        amount = max(int((centre.cost or 0) * spent.parts[number]) // 10 * 10, 1000)
        spent.waiting[number] = self.treasury.ask(
            session,
            at,
            K.DISBURSE,
            where,
            amount,
            purpose=what[0].format(n=number + 1),
            cost_centre_id=centre.id,
            payee_id=self.treasury.payees[payee],
        )

    def _approve(self, session: Session, at: datetime, spent: Spending, number: int) -> None:
        voucher = spent.waiting[number]
        if self._left_waiting(spent, number) < 2:
            self.treasury.approve(session, at, voucher, "wide")

    def _pay(self, session: Session, at: datetime, spent: Spending, number: int) -> None:
        voucher = spent.waiting[number]
        if self._left_waiting(spent, number) < 1:
            self.treasury.pay(session, at, voucher, "wide")

    def _left_waiting(self, spent: Spending, number: int) -> int:
        """The last request of a running project waits for approval (2), the one before for its
        payment (1), so that there is something to do."""
        from_end = spent.row["count"] - number
        return 0 if spent.closed else {1: 2, 2: 1}.get(from_end, 0)

    def _finish(self, session: Session, at: datetime, spent: Spending) -> None:
        """Close a finished project; what is left of its money goes back."""
        centre, where = self._centre(session, spent)
        left = open_commitment(session, self.treasury.funds[where], centre.id)
        about: dict[str, Any] = {"purpose": self._say("release"), "cost_centre_id": centre.id}
        self.treasury.book(session, at, K.RELEASE, where, left, **about)

    def _close_year(self, session: Session, at: datetime) -> None:
        """Close last year's books of the sub-district, by two people."""
        staff, world = self.treasury.world.staff, self.treasury.world
        ends = date(at.astimezone(local_zone()).year - 1, 12, 31)
        closing = ask_to_close(session, world.areas["wide"], ends, staff["finance"], at)
        close_period(session, closing.id, staff["approver"], at)
