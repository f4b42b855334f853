"""Writing a finding: anew, from a flag, from a drawn voucher; changing a draft."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.models import Organisation
from audit.desk import drafts, evidence
from audit.desk.choices import companies, department_choices
from audit.desk.drafts import Draft
from audit.desk.finding_story import evidence_refs
from audit.desk.forms import FindingForm
from audit.desk.models import Finding, Severity, Visibility
from audit.desk.offices import office_of, paths_of
from audit.desk.routes import blueprint
from audit.desk.routes.findings import find
from audit.desk.sample_pages import load_item
from audit.flags.pages import evidence_of, load, rows
from audit.flags.rule import Ref
from core.clock import now
from core.db import db, transaction
from core.errors import DomainError
from core.forms import options
from core.policy import demand, requires
from core.web import settings

# What evidence of a flag may be that nobody types.
UNTYPED = frozenset({"payee", "fund", "account", "organisation"})


@blueprint.route("/findings/new", methods=["GET", "POST"])
@requires("audit:finding:write")
def new_finding() -> ResponseReturnValue:
    """Write a finding."""
    flag_id, item_id = request.args.get("flag", type=int), request.args.get("item", type=int)
    data, refs = _from(flag_id, item_id)
    form = FindingForm() if request.method == "POST" else FindingForm(data=data)
    _offer(form, refs)
    if form.validate_on_submit():
        try:
            draft = _draft(form, refs, [flag_id] if flag_id else [], item_id)
            with transaction() as session:
                made = drafts.write(session, draft, office_of(g.actor), g.actor.id, now()).id
            return redirect(url_for(".finding", finding_id=made), 303)
        except DomainError as error:
            form.absorb(error)
    page = render_template("audit/desk/finding_form.html", form=form, finding=None)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/findings/<int:finding_id>/edit", methods=["GET", "POST"])
@requires("audit:finding:write", find)
def edit_finding(found: Finding) -> ResponseReturnValue:
    """Change a draft."""
    ident, refs = found.id, evidence_refs(db.session, found.id)
    form = FindingForm() if request.method == "POST" else FindingForm(data=_of(found, refs))
    named = [("payee", found.payee_id), ("organisation", found.company_id)]
    _offer(form, [*refs, *((kind, one) for kind, one in named if one)])
    if form.validate_on_submit():
        try:
            draft = _draft(form, refs, [], None)
            with transaction() as session:
                drafts.change(session, ident, draft)
            return redirect(url_for(".finding", finding_id=ident), 303)
        except DomainError as error:
            form.absorb(error)
    page = render_template("audit/desk/finding_form.html", form=form, finding=find(ident))
    return page, 422 if form.is_submitted() else 200


def _from(flag_id: int | None, item_id: int | None) -> tuple[dict[str, Any], list[Ref]]:
    """What a flag or a drawn voucher fills in, and what it rests on."""
    data: dict[str, Any] = {"visibility": settings().findings_public}
    refs: list[Ref] = []
    if flag_id is not None:
        flag = load(db.session, flag_id)
        demand(g.actor, "audit:flag:see", flag)
        refs = evidence_of(db.session, [flag_id])
        row = rows(db.session, [flag])[0]
        data |= {"title": str(row.title), "text": row.sentence}
    if item_id is not None:
        item = load_item(db.session, item_id)
        demand(g.actor, "audit:sample:work", item.sample)
        refs.append(("voucher", item.voucher_id))
    offered = companies(db.session, refs)
    if len(offered) == 2:  # none, and the only one
        data["company"] = offered[1][0]
    return data | {"evidence": evidence.written(refs)}, refs


def _of(found: Finding, refs: list[Ref]) -> dict[str, Any]:
    company = f"payee:{found.payee_id}" if found.payee_id else ""
    company = company or (f"organisation:{found.company_id}" if found.company_id else "")
    return {
        "title": found.title,
        "severity": found.severity,
        "department": found.department_id,
        "company": company,
        "text": found.text,
        "evidence": evidence.written(refs),
        "answer_days": found.answer_days,
        "visibility": found.visibility,
    }


def _offer(form: FindingForm, refs: list[Ref]) -> None:
    typed = refs
    if form.is_submitted():
        try:
            typed = [*refs, *evidence.read(db.session, form.evidence.data or "")]
        except DomainError:
            typed = refs  # what is wrong with it is said when the form is taken
    form.department.choices = options(department_choices(db.session, paths_of(g.actor)))
    form.company.choices = options(companies(db.session, typed))


def _draft(form: FindingForm, refs: list[Ref], flags: list[int], item_id: int | None) -> Draft:
    """What was filled in. Raises ``Invalid`` for evidence that is not there, and ``Refused`` for a
    department elsewhere."""
    department = db.session.get_one(Organisation, form.department.data)
    demand(g.actor, "audit:sample:ask", department.area)  # an auditor of its area
    kept = [ref for ref in refs if ref[0] in UNTYPED]
    kind, _, ref = (form.company.data or "").partition(":")
    return Draft(
        department_id=department.id,
        severity=Severity(form.severity.data),
        visibility=Visibility(form.visibility.data),
        title=form.title.data or "",
        text=form.text.data or "",
        answer_days=form.answer_days.data or 0,
        evidence=[*evidence.read(db.session, form.evidence.data or ""), *kept],
        payee_id=int(ref) if kind == "payee" else None,
        company_id=int(ref) if kind == "organisation" else None,
        flags=flags,
        item_id=item_id,
    )
