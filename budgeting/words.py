"""A round's rules, phases and states in plain words, in the reader's language."""

from __future__ import annotations

from typing import Any, Protocol

from budgeting.models import BallotType, PhaseKind, RoundState
from budgeting.rule_words import counting_in_words
from core.i18n import Message, format_money, lazy_gettext, ngettext
from core.types import Json

PHASES: dict[str, Message] = {
    PhaseKind.SUBMISSION: lazy_gettext("Proposing"),
    PhaseKind.DISCUSSION: lazy_gettext("Discussion"),
    PhaseKind.REVIEW: lazy_gettext("Review"),
    PhaseKind.VOTING: lazy_gettext("Voting"),
    PhaseKind.RESULTS: lazy_gettext("Result"),
    PhaseKind.DELIVERY: lazy_gettext("Delivery"),
}
NOW: dict[str, Message] = {
    PhaseKind.SUBMISSION: lazy_gettext("Collecting proposals"),
    PhaseKind.DISCUSSION: lazy_gettext("In discussion"),
    PhaseKind.REVIEW: lazy_gettext("In review"),
    PhaseKind.VOTING: lazy_gettext("Voting now"),
    PhaseKind.RESULTS: lazy_gettext("Decided"),
    PhaseKind.DELIVERY: lazy_gettext("Being delivered"),
}
TONES: dict[str, str] = {
    PhaseKind.VOTING: "seal",
    PhaseKind.RESULTS: "seal",
    PhaseKind.SUBMISSION: "jade",
    PhaseKind.DELIVERY: "gold",
}
STATES: dict[str, Message] = {
    RoundState.DRAFT: lazy_gettext("Draft"),
    RoundState.CANCELLED: lazy_gettext("Called off"),
    RoundState.CLOSED: lazy_gettext("Being counted"),
}
BALLOTS: dict[str, Message] = {
    BallotType.APPROVAL: lazy_gettext("Pick projects, at most so many"),
    BallotType.KNAPSACK: lazy_gettext("Pick projects until the budget is used"),
    BallotType.POINTS: lazy_gettext("Share out points"),
    BallotType.RANKED: lazy_gettext("Put projects in order"),
}
EVENTS: dict[str, Message] = {
    "round.published": lazy_gettext("The round was published"),
    "round.changed": lazy_gettext("The round was changed before voting"),
    "round.cancelled": lazy_gettext("The round was called off"),
    "round.frozen": lazy_gettext("Rules, prices and ballot list were sealed; voting opened"),
    "round.closed": lazy_gettext("Voting closed"),
    "round.key_destroyed": lazy_gettext("The key that linked ballots to voters was destroyed"),
    "round.tallied": lazy_gettext("The votes were counted"),
    "round.imported": lazy_gettext("The election was imported"),
}
# What the record has besides, but the life of a round does not show.
OTHER_EVENTS: dict[str, Message] = {
    "round.created": lazy_gettext("A round was begun"),
    "round.electors_entered": lazy_gettext("Voters were entered for a round"),
    "round.elector_left": lazy_gettext("A voter left a round"),
    "ballot.cast": lazy_gettext("A ballot's commitment"),
}


class Rules(Protocol):
    """As much of a round as its rules are made of."""

    currency: str
    ballot_type: str
    max_choices: int
    max_points: int
    cost_min: int
    cost_max: int
    min_age: int
    verified_only: bool
    rule: Json


def rules_in_words(rules: Rules) -> list[str]:
    """How people vote and how votes are counted, one sentence each."""
    return [_ballot(rules), *counting_in_words(rules.rule, rules.ballot_type), _costs(rules)]


def who_may_vote(rules: Rules, area: str) -> str:
    """Who may vote, in one sentence."""
    values: dict[str, Any] = {"area": area, "age": rules.min_age}
    if rules.verified_only and rules.min_age:
        text = lazy_gettext(
            "Everybody living in %(area)s who is %(age)s or older and whose real name was checked."
        )
    elif rules.verified_only:
        text = lazy_gettext("Everybody living in %(area)s whose real name was checked.")
    elif rules.min_age:
        text = lazy_gettext(
            "Everybody living in %(area)s who is %(age)s or older; real names are not checked."
        )
    else:
        text = lazy_gettext("Everybody living in %(area)s; real names are not checked.")
    return str(text) % values


def _ballot(rules: Rules) -> str:
    if rules.ballot_type == BallotType.KNAPSACK:
        return str(lazy_gettext("Pick projects as long as the budget lasts, for each budget."))
    if rules.ballot_type == BallotType.POINTS:
        return ngettext(
            "Share out %(num)s point for each budget.",
            "Share out %(num)s points for each budget.",
            rules.max_points,
        )
    if rules.ballot_type == BallotType.RANKED:
        return ngettext(
            "Put at most %(num)s project in order for each budget; the first counts most.",
            "Put at most %(num)s projects in order for each budget; the first counts most.",
            rules.max_choices,
        )
    return ngettext(
        "Pick at most %(num)s project for each budget.",
        "Pick at most %(num)s projects for each budget.",
        rules.max_choices,
    )


def _costs(rules: Rules) -> str:
    return str(
        lazy_gettext(
            "A project may cost between %(least)s and %(most)s.",
            least=format_money(rules.cost_min, rules.currency),
            most=format_money(rules.cost_max, rules.currency),
        )
    )
