"""Reports of tallies written by hand, to see what the pages make of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from budgeting.models import Outcome, Round, SubBudget, Tally
from core.db import transaction
from projects.models import Project
from tests.budgeting.polls import Poll

SHARES = {"rule": "equal-shares", "utility": "cost", "completion": "add1-utilitarian"}
HELD = {"rest": "500000.5", "held": "7250000.5"}


def short_of(held: int, spent_on: list[str]) -> dict[str, Any]:
    """Figures of a project of ¥40,000 whose supporters have ``held`` left."""
    missing = 4_000_000 - held
    shortage = {"held": held, "missing": missing, "more": 5, "endowment": "312500.5"}
    return shortage | {"spent_on": spent_on, "spent": "3000000.5"}


def step(code: str, price: str, full: int, **values: Any) -> dict[str, Any]:
    return {"project": code, "price": price, "full": full, "part": 0, "rest": 0, "held": 0} | values


def rule_report(selected: list[str], steps: list[dict[str, Any]], **values: Any) -> dict[str, Any]:
    made = {"rule": "equal-shares", "standing": "equal-shares", "settings": SHARES, "ties": []}
    return made | {"selected": selected, "steps": steps, "preference": None} | values


def tell(poll: Poll, said: dict[str, tuple[str, Any]], parts: list[dict[str, Any]]) -> None:
    """Put a report in the place of what the tally left; ``said`` are outcomes by code."""
    winners = {"bought", "filled", "funded", "carried"}
    with transaction() as edge:
        budgets = edge.scalars(
            select(SubBudget.id)
            .where(SubBudget.round_id == poll.round_id)
            .order_by(SubBudget.amount.desc())
        )
        report = [part | {"sub_budget": i} for i, part in zip(budgets, parts, strict=False)]
        for code, (reason, params) in said.items():
            project = select(Project.id).where(
                Project.round_id == poll.round_id, Project.code == code
            )
            values = {
                "selected": reason in winners,
                "reason": {"code": reason, "params": params},
            }
            change = update(Outcome).where(Outcome.project_id == project.scalar_subquery())
            edge.execute(change.values(**values))
        edge.execute(update(Tally).values(report={"parts": report}))
        edge.execute(
            update(Round).values(rule={"misfit": "skip", "min_votes": 0, "ties": "id"} | SHARES)
        )


def share_out(decided: Poll) -> None:
    """Leave what equal shares would have left of the polls' town."""
    park, lamp, bench = (decided.codes[name] for name in ("Park", "Lamp", "Bench"))
    steps = [
        step(bench, "181818.181818", full=11),
        step(park, "250000", full=26, part=3, rest="500000", held="7250000"),
    ]
    own = rule_report([park, bench], steps, start=250000, endowment="312500.5", cost=9_000_000)
    other = {"rule": "greedy", "cost": 11_000_000, "selected": [park, lamp]}
    none = {"without": 500, "shares": [500, 0, 250, 0, 0, 250], "money": 444}
    some = {"without": 0, "shares": [0, 0, 500, 4, 0, 496], "money": 610}
    tell(
        decided,
        {
            park: ("bought", {"round": 2, "price": 250000, "full": 26, "part": 3} | HELD),
            bench: ("bought", {"round": 1, "price": "181818.181818", "full": 11, "part": 0} | HELD),
            lamp: ("unaffordable", short_of(2_480_000, [park, bench])),
        },
        [
            {
                "rule": own,
                "other": other,
                "summary": {"rule": none, "other": some},
                "prefer": {"rule": 275, "other": 500, "equal": 225},
            }
        ],
    )
