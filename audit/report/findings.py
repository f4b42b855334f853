"""What auditors found in the year, of which department, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import url_for
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from audit.desk.models import Finding
from audit.desk.report_data import AuditYear
from audit.desk.words import FINDING_STATES, SEVERITIES, VERDICTS
from audit.report.model import Cell, Grid, Head, Key, Link, Scope, Section
from audit.report.scope import year_of
from audit.report.sums import counted, sums_row
from core.i18n import Message, localize
from core.i18n import gettext as _

MOST = 200  # named one by one


def findings_section(
    session: Session, scope: Scope, found: AuditYear, public: Sequence[ColumnElement[bool]]
) -> Section:
    """Findings of the year that everybody may read, and how they ended."""
    answers = found.answers
    departments: list[list[Cell]] = [
        [one.name.text, one.issued, one.waiting, one.closed] for one in found.departments
    ]
    return Section(
        "findings",
        _("What did auditors find, and how did it end?"),
        keys=[
            Key(_("Findings"), sum(found.severities.values())),
            Key(_("Answers in time"), answers.on_time),
            Key(_("Answers too late"), answers.late),
            Key(_("Answers overdue"), answers.overdue, _("now")),
        ],
        grids=[
            _by_word(_("By gravity"), SEVERITIES, found.severities, _("Nothing was found.")),
            _by_word(_("How they ended"), VERDICTS, found.verdicts, _("None has been closed yet.")),
            _each(session, scope, public),
            Grid(
                _("By department"),
                counted(_("Department"), _("Findings"), _("Waits for an answer"), _("Closed")),
                departments,
                total=sums_row(departments),
                empty=_("No department has a finding of this year."),
            ),
        ],
        notes=[_("Findings that are not public yet are not counted.")],
    )


def _by_word(
    title: str, words: Mapping[str, Message], counts: Mapping[str, int], empty: str
) -> Grid:
    rows: list[list[Cell]] = [[str(words[one]), counts[one]] for one in words if counts.get(one)]
    return Grid(title, counted(_("Findings"), _("How many")), rows, empty=empty)


def _each(session: Session, scope: Scope, public: Sequence[ColumnElement[bool]]) -> Grid:
    begins, ends = year_of(scope)
    found = (
        select(Finding, Organisation.name)
        .join(Organisation, Organisation.id == Finding.department_id)
        .where(Finding.issued_at >= begins, Finding.issued_at < ends, *public)
        .order_by(Finding.issued_at, Finding.id)
        .limit(MOST)
    )
    rows: list[list[Cell]] = [
        [
            Link(one.number, url_for("audit_public.finding", finding_id=one.id)),
            one.title,
            localize(department).text,
            str(SEVERITIES[one.severity]),
            str(VERDICTS[one.verdict] if one.verdict else FINDING_STATES[one.state]),
        ]
        for one, department in session.execute(found)
    ]
    return Grid(
        _("Each finding"),
        [
            Head(_("Number"), 0.9),
            Head(_("Its subject"), 2.4),
            Head(_("Department"), 1.6),
            Head(_("How grave"), 0.8),
            Head(_("How it ended"), 1.4),
        ],
        rows,
        empty=_("Nothing was found."),
    )
