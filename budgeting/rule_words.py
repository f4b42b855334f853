"""Counting rules and their settings in plain words: to choose from, and as a round states them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from budgeting.rule_settings import FILLING, RAISING, complete, utility_of
from core.i18n import Message, lazy_gettext

RULES: dict[str, Message] = {
    "equal-shares": lazy_gettext("Equal shares (recommended)"),
    "greedy": lazy_gettext("Most votes first (greedy)"),
    "phragmen": lazy_gettext("Balanced burden (Phragmén)"),
}
UTILITIES: dict[str, Message] = {
    "ballot": lazy_gettext("As the ballot says (recommended)"),
    "cost": lazy_gettext("As much as it costs"),
    "cardinality": lazy_gettext("Each project the same"),
    "score": lazy_gettext("As many points as they gave it"),
}
COMPLETIONS: dict[str, Message] = {
    "add1-utilitarian": lazy_gettext("Raise everybody's share, then go by votes (recommended)"),
    "add1": lazy_gettext("Raise everybody's share"),
    "utilitarian": lazy_gettext("Go by votes"),
    "none": lazy_gettext("Leave it unspent"),
}
STOPS: dict[str, Message] = {
    "exhaustive": lazy_gettext("Until nothing more could be paid (recommended)"),
    "over-budget": lazy_gettext("Until the budget would be passed"),
}
COMPARISONS: dict[str, Message] = {
    "none": lazy_gettext("No, equal shares decide"),
    "greedy": lazy_gettext("Yes, and what more voters like better wins"),
}
MISFITS: dict[str, Message] = {
    "skip": lazy_gettext("Skip it and go on with the next"),
    "stop": lazy_gettext("Stop there"),
}
TIES: dict[str, Message] = {
    "cost,votes,id": lazy_gettext("Cheaper first, then more supporters, then the ballot number"),
    "cost,votes,seed": lazy_gettext(
        "Cheaper first, then more supporters, then a lot drawn from the seal of the rules"
    ),
    "seed": lazy_gettext("A lot drawn from the seal of the rules"),
}
# What each choice means for residents, by field and value.
NOTES: dict[str, dict[str, Message]] = {
    "rule": {
        "equal-shares": lazy_gettext(
            "Every voter has the same share of the budget, and a project wins when those who "
            "chose it can pay for it together. So different groups of residents each get "
            "something they want."
        ),
        "greedy": lazy_gettext(
            "The projects with the most votes win as long as money is left. Everybody can check "
            "it by hand, but the largest group may win everything."
        ),
        "phragmen": lazy_gettext(
            "Those who chose a winner carry its cost together, and next comes the project whose "
            "supporters then carry least. It stops at the first that no longer fits; points and "
            "places count as a plain choice."
        ),
    },
    "utility": {
        "ballot": lazy_gettext(
            "Points count as they were given and better places count more; a plain choice counts "
            "as much as the project costs."
        ),
        "cost": lazy_gettext(
            "A large project that wins is worth more to its supporters than a small one, so large "
            "projects have a fair chance."
        ),
        "cardinality": lazy_gettext(
            "A bench is worth as much as a playground, so cheap projects come first and more "
            "projects win."
        ),
        "score": lazy_gettext(
            "The more points or the better the place, the more a voter pays for the project. Only "
            "for ballots with points or places."
        ),
    },
    "completion": {
        "add1-utilitarian": lazy_gettext(
            "Shares grow step by step, as if there were more money, until the budget is used as "
            "far as it goes. The rest goes to those that still fit, the most wanted first."
        ),
        "add1": lazy_gettext(
            "Shares grow step by step, as if there were more money, until the budget is used as "
            "far as it goes. A small rest may stay."
        ),
        "utilitarian": lazy_gettext(
            "The rest, often much of the money, goes to those that still fit, the most wanted "
            "first."
        ),
        "none": lazy_gettext(
            "Only what its supporters can pay in full wins. Often much of the money is not spent."
        ),
    },
    "until": {
        "exhaustive": lazy_gettext(
            "As soon as no further project could be paid, that is the result."
        ),
        "over-budget": lazy_gettext(
            "Shares grow even if nothing more could be paid: other projects may win instead, as "
            "long as all winners together fit into the budget."
        ),
    },
    "compare": {
        "none": lazy_gettext("The winners by equal shares are the result."),
        "greedy": lazy_gettext(
            "If more voters are better served by the projects with the most votes than the other "
            "way round, those win instead."
        ),
    },
    "misfit": {
        "skip": lazy_gettext(
            "As much money as possible is used; a cheaper project with fewer votes may win."
        ),
        "stop": lazy_gettext(
            "Nothing wins before a project with more votes; some money may not be spent."
        ),
    },
    "ties": {
        "cost,votes,id": lazy_gettext(
            "Everybody can foresee it, but low ballot numbers have the advantage."
        ),
        "cost,votes,seed": lazy_gettext(
            "Nobody can know or choose the lot before the rules are sealed."
        ),
        "seed": lazy_gettext(
            "All have the same chance, and nobody can know or choose the lot beforehand."
        ),
    },
}
_OPENING: dict[str, Message] = {
    "greedy": lazy_gettext("Projects win in the order of their votes, as long as money is left."),
    "equal-shares": lazy_gettext(
        "Projects win by equal shares: every voter has the same share of the budget, and a "
        "project wins when those who chose it can pay for it together."
    ),
    "phragmen": lazy_gettext(
        "Projects win by balanced burden (Phragmén): those who chose a winner carry its cost "
        "together, and next comes the project whose supporters then carry least."
    ),
}
_WORTH: dict[str, Message] = {
    "cost": lazy_gettext("A winner is worth as much to those who chose it as it costs."),
    "cardinality": lazy_gettext("Every winner is worth the same to those who chose it."),
    "score": lazy_gettext(
        "A winner is worth more to those who gave it more points or a better place."
    ),
}
_LEFT: dict[str, Message] = {
    "cost": lazy_gettext("What is left then goes to the projects with the most votes."),
    "cardinality": lazy_gettext(
        "What is left then goes to the projects with the most votes for what they cost."
    ),
    "score": lazy_gettext(
        "What is left then goes to the projects with the most points for what they cost."
    ),
}
_RAISED: dict[str, Message] = {
    "exhaustive": lazy_gettext(
        "Shares grow step by step, as long as the winners fit into the budget and something more "
        "could be paid."
    ),
    "over-budget": lazy_gettext(
        "Shares grow step by step, as long as the winners fit into the budget."
    ),
}
_MISFIT: dict[str, Message] = {
    "skip": lazy_gettext("A project that no longer fits is skipped, and the next one is tried."),
    "stop": lazy_gettext("Counting stops at the first project that no longer fits."),
}


def counting_in_words(rule: Mapping[str, Any], ballot: str) -> list[str]:
    """How a round with this kind of ballot counts, one sentence each."""
    return [str(sentence) for sentence in _sentences(complete(rule), ballot)]


def _sentences(rule: Mapping[str, Any], ballot: str) -> Iterator[Message]:
    yield _OPENING[rule["rule"]]
    if rule["rule"] == "equal-shares":
        yield from _shares(rule, ballot)
    else:
        yield _MISFIT["stop" if rule["rule"] == "phragmen" else rule["misfit"]]
    if least := rule["min_votes"]:
        yield lazy_gettext("A project needs at least %(least)s supporters.", least=least)
    order = TIES.get(str(rule["ties"]))
    if order and rule["rule"] == "greedy":
        yield lazy_gettext("Equal votes? %(order)s.", order=order)
    elif order:
        yield lazy_gettext("Exactly equal? %(order)s.", order=order)


def _shares(rule: Mapping[str, Any], ballot: str) -> Iterator[Message]:
    yield _WORTH[utility_of(rule, ballot)]
    if rule["completion"] in RAISING:
        yield _RAISED[rule["until"]]
    if rule["completion"] in FILLING:
        yield _LEFT[utility_of(rule, ballot)]
        yield _MISFIT[rule["misfit"]]
    elif rule["completion"] == "none":
        yield lazy_gettext("What nobody can pay for together stays unspent.")
    if rule["compare"] == "greedy":
        yield lazy_gettext(
            "If more voters are better served by the projects with the most votes, those win "
            "instead."
        )
