"""What a Pabulib file calls a rule, and a comment on what the name does not say.

The format knows some ways to be greedy, and equal shares by cost: as it is or raised by one unit
(`add1`), and then compared with greedy. Its checker repeats what a name promises for approvals. A
rule that has no name, or that the checker might repeat otherwise, is `unknown` to the format.
"""

from __future__ import annotations

from fractions import Fraction

from budgeting.tally.election import Election
from budgeting.tally.limits import NO_LIMITS
from budgeting.tally.numbers import number_text, whole
from budgeting.tally.outcome import Outcome

_UNKNOWN = "unknown"
_EQUAL_SHARES = {"none": "equalshares", "add1": "equalshares/add1"}
_THRESHOLD = "min_project_score_threshold"
_WITH_THRESHOLD = ("greedy-no-skip", "greedy-threshold")


def rule_meta(election: Election, outcome: Outcome) -> dict[str, str]:
    """The entries of META that follow from the rule; empty ones are to be left out."""
    if outcome.rule == "greedy":
        name, remarks = _greedy(election, outcome)
    else:
        name, remarks = (
            _equal_shares(election, outcome) or "unknown",
            [_settings(election, outcome)],
        )
    threshold = outcome.settings["min_votes"] if name in _WITH_THRESHOLD else 0
    comment = election.meta.get("comment", "")
    for remark in (*remarks, *_limits(election)):
        comment = f"{comment} #{comment.count('#') + 1}: {remark}".strip()
    return {"rule": name, _THRESHOLD: str(threshold or ""), "comment": comment}


def _greedy(election: Election, outcome: Outcome) -> tuple[str, list[str]]:
    """The format's threshold counts points where there are any, and it knows no ceilings."""
    least, stops = outcome.settings["min_votes"], outcome.settings["misfit"] == "stop"
    if election.limits != NO_LIMITS or (least and outcome.unit == "points"):
        return "greedy-custom", [_settings(election, outcome)]
    return ("greedy-no-skip" if stops else "greedy-threshold" if least else "greedy"), []


def _equal_shares(election: Election, outcome: Outcome) -> str:
    """Other rules, and ways to raise or fill up that the format has no name for, are unknown."""
    settings = outcome.settings
    plain = not settings["min_votes"] and election.limits == NO_LIMITS
    name = _EQUAL_SHARES.get(str(settings.get("completion"))) if plain else None
    raised = name == _EQUAL_SHARES["add1"]
    if raised and (settings["until"], _step(election, outcome)) != ("over-budget", "1"):
        return _UNKNOWN
    checked = election.vote_type in ("approval", "knapsack")
    if name is None or (checked and not _repeatable(election, outcome, raised)):
        return _UNKNOWN
    return name if settings["compare"] == "none" else f"{name}-comparison"


def _repeatable(election: Election, outcome: Outcome, raised: bool) -> bool:
    """Whether the checker is sure to find the same winners by equal shares.

    It rounds amounts down and begins to raise from there, looks at projects dearer than the
    budget, knows one order of ties and no end to it, compares by numbers of projects, and never
    ends if everything can be bought.
    """
    counts, budget, settings = election.counts(), election.budget, outcome.settings
    costs = {project.id: project.cost for project in election.projects}
    known = settings["utility"] == "cost" and settings["compare"] == "none"
    known = known and str(settings["ties"]).startswith("cost,votes,")
    even = all(value.denominator == 1 for value in (budget, *costs.values()))
    distinct = len({(costs[key], counts[key].votes) for key in costs}) == len(costs)
    if not (known and even and distinct and all(0 < cost <= budget for cost in costs.values())):
        return False
    wanted = sum(cost for key, cost in costs.items() if counts[key].votes)
    return not raised or (wanted > budget and budget % election.voters == 0)


def _settings(election: Election, outcome: Outcome) -> str:
    shown = {key.replace("_", " "): str(value) for key, value in outcome.settings.items()}
    if "step" in shown:
        shown["step"] = _step(election, outcome)
    listed = ", ".join(f"{key} {value}" for key, value in shown.items())
    standing = "; greedy's winners stand" if outcome.standing == "greedy" else ""
    return f"The rule is {outcome.rule} ({listed}){standing}."


def _step(election: Election, outcome: Outcome) -> str:
    """By how much voters' money was raised at a time, in the file's unit of money."""
    scale = Fraction(election.budget) / outcome.budget if outcome.budget else 1
    return number_text(whole(Fraction(outcome.settings["step"]) * scale))


def _limits(election: Election) -> list[str]:
    limits = election.limits
    remarks = {
        "The cost of the winners among some projects has a ceiling.": limits.ceilings,
        "Of some projects only one could win.": limits.exclusive,
        "Projects marked 3 are paid from other funds.": limits.funded,
    }
    return [remark for remark, there in remarks.items() if there]
