"""How a round's rule went about choosing, in three or four plain sentences."""

from __future__ import annotations

from collections.abc import Sequence

from budgeting.result_rows import Part
from budgeting.result_words import amount, money_text
from core.i18n import Message, gettext, lazy_gettext
from core.types import Json

_FIRST: dict[str, Message] = {
    "cost": lazy_gettext(
        "A project was bought when its supporters could pay for it together: each gave the same, "
        "or all they had left. Those whose cost was spread over the most supporters came first."
    ),
    "cardinality": lazy_gettext(
        "A project was bought when its supporters could pay for it together: each gave the same, "
        "or all they had left. Those that asked the least of each supporter came first."
    ),
    "score": lazy_gettext(
        "A project was bought when its supporters could pay for it together: each gave as much as "
        "their points for it asked, or all they had left. Those that asked the least for a point "
        "came first."
    ),
}
_FILLED: dict[str, Message] = {
    "cost": lazy_gettext(
        "What was left of the budget in the end was filled up in the order of votes."
    ),
    "cardinality": lazy_gettext(
        "What was left of the budget in the end was filled up with the projects that had the most "
        "votes for what they cost."
    ),
    "score": lazy_gettext(
        "What was left of the budget in the end was filled up with the projects that had the most "
        "points for what they cost."
    ),
}
_MISFITS: dict[str, Message] = {
    "skip": lazy_gettext("One that no longer fitted was skipped, and the next was tried."),
    "stop": lazy_gettext("At the first that no longer fitted, the list ended."),
}


def story(parts: Sequence[Part], rule: Json, currency: str, *, with_points: bool) -> list[str]:
    """How the winners were found, sentence by sentence; ``rule`` is the round's sealed one."""
    counted = [part for part in parts if part.rule]
    settings = rule | (counted[0].rule["settings"] if counted else {})
    if rule["rule"] == "phragmen":
        return _loads()
    if rule["rule"] == "greedy":
        return _votes(settings, with_points=with_points)
    if len(counted) == 1:
        first, *last = in_part(counted[0], currency)
        return [first, *_shares(settings), *last]
    return [gettext("Every voter got an equal share of the money."), *_shares(settings)]


def in_part(part: Part, currency: str) -> list[str]:
    """What holds for one budget only: each voter's share of it, and whose winners stand."""
    said = [_share(part, currency)] if part.rule.get("endowment") is not None else []
    if part.rule.get("preference"):
        said.append(_verdict(part))
    return said


def _share(part: Part, currency: str) -> str:
    start, end = amount(part.rule["start"]), amount(part.rule["endowment"])
    if end <= start:
        return gettext(
            "Every voter got an equal share of the money: %(start)s.",
            start=money_text(start, currency),
        )
    return gettext(
        "Every voter got an equal share of the money: %(start)s, raised to %(end)s because some "
        "of the budget would have been left over.",
        start=money_text(start, currency),
        end=money_text(end, currency),
    )


def _verdict(part: Part) -> str:
    if part.rule["standing"] == part.rule["rule"]:
        return gettext(
            "These winners were compared with those by most votes alone: no larger part of the "
            "voters liked those better, so these stand."
        )
    return gettext(
        "The winners by equal shares were compared with those by most votes alone: a larger part "
        "of the voters liked those better, so those stand."
    )


def _shares(settings: Json) -> list[str]:
    utility = settings.get("utility", "cost")
    said = [
        str(_FIRST.get(utility, _FIRST["cost"])),
        gettext("Those whose supporters had too little money left were not chosen."),
    ]
    if str(settings.get("completion", "")).endswith("utilitarian"):
        said.append(str(_FILLED.get(utility, _FILLED["cost"])))
    return said


def _votes(settings: Json, *, with_points: bool) -> list[str]:
    order = lazy_gettext("Projects were taken in the order of their votes, the most first.")
    if with_points:
        order = lazy_gettext("Projects were taken in the order of their points, the most first.")
    return [
        str(order),
        gettext("Each was chosen if it still fitted into the money that was left."),
        str(_MISFITS[settings.get("misfit", "skip")]),
    ]


def _loads() -> list[str]:
    return [
        gettext("The supporters of a chosen project carry its cost together."),
        gettext(
            "Each time that project was chosen whose supporters then had the least to carry, "
            "counting what they carried already, so that the load is spread evenly."
        ),
        gettext("The list ended at the first that no longer fitted into the budget."),
    ]
