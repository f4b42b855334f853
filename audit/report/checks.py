"""What auditors did in the year: what was flagged, drawn, found and answered, and what nobody
looked at. Of findings only what everybody may read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session

from accounts.models import Area
from audit.desk.finding_pages import public_now
from audit.desk.models import Finding, Look, Sample, SampleItem
from audit.desk.report_data import AuditYear, audit_year
from audit.desk.states import ISSUED
from audit.desk.words import SAMPLE_KINDS
from audit.flags.models import Flag
from audit.report.findings import findings_section
from audit.report.model import Amount, Cell, Grid, Head, Key, Scope, Section
from audit.report.scope import fund_ids, year_of
from audit.report.sums import counted, sums_row
from core.clock import local_date
from core.i18n import gettext as _
from ledger.models import Voucher, VoucherKind, VoucherState


def check_sections(session: Session, scope: Scope, now: datetime) -> list[Section]:
    """The chapters about audit work; twelve queries."""
    found = audit_year(session, [scope.path], scope.year, now)
    public = _public(scope, now)
    return [
        _flags(session, scope, found, public),
        findings_section(session, scope, found, public),
        _coverage(session, scope),
        _looks(session, scope),
    ]


def _public(scope: Scope, now: datetime) -> list[ColumnElement[bool]]:
    """Findings that everybody may read."""
    return [
        Finding.area_id.in_(_areas(scope)),
        Finding.state.in_(sorted(ISSUED)),
        public_now(local_date(now)),
    ]


def _areas(scope: Scope) -> Any:
    return select(Area.id).where(Area.path.startswith(scope.path, autoescape=True))


def _flags(
    session: Session, scope: Scope, found: AuditYear, public: Sequence[ColumnElement[bool]]
) -> Section:
    led = _led_to_findings(session, scope, public)
    rows: list[list[Cell]] = []
    for one in found.rules:
        findings = led.get(one.rule, 0)
        waiting = one.found - findings - one.dismissed - one.lapsed
        if one.found:
            rows.append([str(one.title), one.found, findings, one.dismissed, one.lapsed, waiting])
    return Section(
        "flags",
        _("What did the rules find odd?"),
        about=_(
            "Rules look through the books for what is unusual. Most of what they flag has a good"
            " reason; auditors look at it and say so."
        ),
        grids=[
            Grid(
                _("By rule"),
                counted(
                    _("Rule"),
                    _("Flagged"),
                    _("Became public findings"),
                    _("Dismissed with a reason"),
                    _("No longer so"),
                    _("Being looked at"),
                ),
                rows,
                total=sums_row(rows),
                empty=_("The rules flagged nothing in this year."),
            ),
            _samples(session, scope, found, public),
        ],
    )


def _led_to_findings(
    session: Session, scope: Scope, public: Sequence[ColumnElement[bool]]
) -> dict[str, int]:
    begins, ends = year_of(scope)
    rows = (
        select(Flag.rule, func.count())
        .join(Finding, Finding.id == Flag.finding_id)
        .where(Flag.found_at >= begins, Flag.found_at < ends, *public)
        .group_by(Flag.rule)
    )
    return {row[0]: row[1] for row in session.execute(rows)}


def _samples(
    session: Session, scope: Scope, found: AuditYear, public: Sequence[ColumnElement[bool]]
) -> Grid:
    begins, ends = year_of(scope)
    led = (
        select(Sample.kind, func.count())
        .join(SampleItem, SampleItem.sample_id == Sample.id)
        .join(Finding, Finding.id == SampleItem.finding_id)
        .where(Sample.asked_at >= begins, Sample.asked_at < ends, *public)
        .group_by(Sample.kind)
    )
    findings = {row[0]: row[1] for row in session.execute(led)}
    rows: list[list[Cell]] = [
        [str(SAMPLE_KINDS[one.kind]), one.samples, one.drawn, one.looked, findings.get(one.kind, 0)]
        for one in found.samples
    ]
    return Grid(
        _("Samples of payments"),
        counted(
            _("How they were drawn"),
            _("Samples"),
            _("Payments drawn"),
            _("Looked at"),
            _("Became public findings"),
        ),
        rows,
        total=sums_row(rows),
        empty=_("No sample was drawn in this year."),
    )


def _coverage(session: Session, scope: Scope) -> Section:
    """Payments of these books by whether auditors looked at them."""
    found = _payments(session, scope)
    words = {
        "looked": _("Drawn into a sample and looked at"),
        "drawn": _("Drawn, not looked at yet"),
        "none": _("Not drawn"),
    }
    rows: list[list[Cell]] = [
        [word, found[name][0], Amount(found[name][1], scope.currency)]
        for name, word in words.items()
        if name in found
    ]
    count, amount = (sum(one[place] for one in found.values()) for place in (0, 1))
    grid = Grid(
        _("Approved payments"),
        [
            Head(_("Payments"), 2.4),
            Head(_("How many"), 1, "count"),
            Head(_("Amount"), 1.4, "money"),
        ],
        rows,
        total=[_("Together"), count, Amount(amount, scope.currency)] if rows else None,
        empty=_("These books have no approved payment."),
        note=_("What payees gave back later is not taken off here."),
    )
    about = _(
        "No audit looks at everything. This is how much of the approved payments of these books"
        " auditors drew and looked at by hand; the rules above went over all of them."
    )
    return Section("coverage", _("What was not checked?"), about=about, grids=[grid])


def _payments(session: Session, scope: Scope) -> dict[str, tuple[int, int]]:
    """How many approved payments were looked at, drawn only, or neither, and their sums."""
    drawn = exists().where(SampleItem.voucher_id == Voucher.id)
    looked = exists().where(SampleItem.voucher_id == Voucher.id, SampleItem.looked_at.is_not(None))
    group = case((looked, "looked"), (drawn, "drawn"), else_="none")
    rows = (
        select(group, func.count(), func.sum(Voucher.amount))
        .where(
            Voucher.kind == VoucherKind.DISBURSE,
            Voucher.state.in_((VoucherState.APPROVED, VoucherState.PAID)),
            Voucher.fund_id.in_(fund_ids(scope)),
        )
        .group_by(group)
    )
    return {name: (count, int(amount)) for name, count, amount in session.execute(rows)}


def _looks(session: Session, scope: Scope) -> Section:
    begins, ends = year_of(scope)
    counts = select(func.count(), func.count(Look.person_id.distinct())).where(
        Look.at >= begins, Look.at < ends
    )
    looks, people = session.execute(counts).one()
    return Section(
        "looks",
        _("Who watches the auditors?"),
        about=_(
            "Whatever an auditor opens that is not public is noted by itself, for good. Auditors"
            " change nothing in the books. The counts are those of the whole installation."
        ),
        keys=[
            Key(_("Pages opened that are not public"), looks),
            Key(_("Auditors who opened them"), people),
        ],
    )
