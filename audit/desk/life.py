"""Findings on the life lines of the projects that they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.desk.words import SEVERITIES, VERDICTS
from core.i18n import Message, gettext, lazy_gettext, localize
from core.types import Texts
from projects.life import Telling

_TITLES: dict[str, Message] = {
    "finding.published": lazy_gettext("The auditors found something"),
    "finding.answered": lazy_gettext("The department answered the auditors"),
    "finding.returned": lazy_gettext("The auditors ask again"),
    "finding.closed": lazy_gettext("The auditors closed their finding"),
}
_DECISIONS = frozenset({"finding.published", "finding.closed"})


def _detail(body: Mapping[str, Any], organisations: Mapping[int, Texts]) -> str | None:
    parts = [
        body.get("number"),
        SEVERITIES.get(body.get("severity", "")),
        body.get("title"),
        localize(organisations.get(body.get("department") or 0)),
        VERDICTS.get(body.get("verdict", "")),
        body.get("answer"),
    ]
    return gettext(", ").join(str(part) for part in parts if part and str(part)) or None


def _organisations(body: Mapping[str, Any]) -> set[int]:
    department = body.get("department")
    return {department} if department and department is not True else set()


FINDINGS = Telling(_TITLES, _DECISIONS, _detail, _organisations)
