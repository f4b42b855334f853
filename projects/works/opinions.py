"""What residents think of a finished project, in words and figures."""

from __future__ import annotations

from typing import Any

from core.i18n import gettext
from core.text import mask_name
from projects.models import AsPromised
from projects.works.extras import Extras
from projects.works.views import Comment, Opinions
from projects.works.words import AS_PROMISED


def opinions_of(extras: Extras) -> Opinions | None:
    """How residents rate a project, with their newest comments; nothing where nobody does."""
    groups = extras.groups
    count = sum(row["number"] for row in groups)
    if not count:
        return None
    stars = sum(row["rating"] * row["number"] for row in groups)
    tenths = (stars * 20 + count) // (2 * count)  # rounded half up to one decimal
    return Opinions(
        count=count,
        average=f"{tenths // 10}.{tenths % 10}",
        ratings=[(star, _sum(groups, "rating", star)) for star in range(5, 0, -1)],
        as_promised=[(AS_PROMISED[one], _sum(groups, "as_promised", one)) for one in AsPromised],
        comments=[_comment(row) for row in extras.comments],
    )


def _sum(groups: list[dict[str, Any]], name: str, wanted: object) -> int:
    return sum(row["number"] for row in groups if row[name] == wanted)


def _comment(row: dict[str, Any]) -> Comment:
    hidden = row["hidden_reason"]
    return Comment(
        id=row["id"],
        rating=row["rating"],
        as_promised=AS_PROMISED[row["as_promised"]],
        text="" if hidden else row["comment"],
        name=mask_name(row["name"]) if row["name"] else gettext("A resident"),
        at=row["at"],
        hidden=hidden,
    )
