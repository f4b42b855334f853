"""What the round's own rule chose, side by side with what another rule would have chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from budgeting.result_rows import Part, Row
from budgeting.result_words import RULES
from core.i18n import Localized, Message, lazy_gettext
from core.types import Json

SHARES: tuple[Message, ...] = (
    lazy_gettext("None of it"),
    lazy_gettext("Up to a quarter"),
    lazy_gettext("Up to half"),
    lazy_gettext("Up to three quarters"),
    lazy_gettext("More than three quarters"),
    lazy_gettext("All of it"),
)


@dataclass(frozen=True, slots=True)
class Side:
    """One rule's winners. ``only`` are those that the other rule would not have chosen;
    ``summary`` is in thousandths, ``None`` where too few voted to tell."""

    name: Message
    number: int
    spent: int
    only: list[Row]
    summary: Json | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rule that decided and another one. ``prefer`` are thousandths of the voters."""

    rule: Side
    other: Side
    prefer: Json | None

    @property
    def shares(self) -> list[tuple[Message, int, int]]:
        """By how much of their ballot won: thousandths of the voters by each rule."""
        mine, theirs = self.rule.summary, self.other.summary
        if mine is None or theirs is None:
            return []
        return list(zip(SHARES, mine["shares"], theirs["shares"], strict=True))


def comparison(part: Part) -> Comparison | None:
    """The comparison that the tally left; ``None`` where there is none."""
    other = part.report.get("other")
    if not other or other["rule"] == part.rule["standing"]:
        return None
    mine, theirs = winners(part)
    summary = part.report["summary"] or {"rule": None, "other": None}
    return Comparison(
        Side(
            RULES[part.rule["standing"]],
            len(mine),
            part.spent,
            _only(part, mine - theirs),
            summary["rule"],
        ),
        Side(
            RULES[other["rule"]],
            len(theirs),
            int(other["cost"]),
            _only(part, theirs - mine),
            summary["other"],
        ),
        part.report["prefer"],
    )


def winners(part: Part) -> tuple[set[str], set[str]]:
    """The codes that won, and those that would have won by the other rule."""
    won = {row.code for row in part.rows if row.selected}
    return won, set(part.report.get("other", {}).get("selected", ()))


def spending(
    parts: Iterable[Part], name: Callable[[Row], Localized]
) -> list[tuple[Localized, int, int]]:
    """Money by the name of something, the largest sum first: by the rule, and by the other.
    Nothing where there is only one name."""
    sums: dict[str, tuple[Localized, int, int]] = {}
    for part in parts:
        mine, theirs = winners(part)
        for row in part.rows:
            if row.code in mine | theirs:
                label = name(row)
                _label, rule, other = sums.get(label.text, (label, 0, 0))
                rule += row.spent * (row.code in mine)
                sums[label.text] = label, rule, other + row.spent * (row.code in theirs)
    found = sorted(sums.values(), key=lambda entry: (-entry[1], -entry[2]))
    return found if len(found) > 1 else []


def _only(part: Part, codes: set[str]) -> list[Row]:
    return [row for row in part.rows if row.code in codes]
