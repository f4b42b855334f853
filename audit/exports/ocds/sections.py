"""The parts of a release: what a notice, an award, a contract and its work say."""

from __future__ import annotations

from datetime import date
from typing import Any

from audit.exports.ocds.model import Party, Payment, Process
from audit.exports.ocds.values import (
    SCHEME,
    Json,
    Publisher,
    begin_of,
    end_of,
    moment,
    value,
    without_empty,
)
from audit.exports.values import one_line, plain
from projects.models import Contract, Criterion, CriterionKind, Method, Milestone, TenderQuestion

LONGEST_TITLE = 120
PROCEDURES = {Method.OPEN: "open", Method.DIRECT: "direct"}


def party_id(organisation: int) -> str:
    """What an organisation is called within these files, always the same."""
    return f"org-{organisation}"


def party(found: Party, roles: list[str]) -> Json:
    """An organisation with all its parts in the process so far."""
    identifier = {"scheme": SCHEME, "id": found.code, "legalName": found.name}
    return without_empty(
        {
            "id": party_id(found.id),
            "name": found.name,
            "identifier": identifier if found.code else None,
            "address": without_empty({"region": found.area}),
            "roles": roles,
        }
    )


def reference(process: Process, organisation: int | None) -> Json | None:
    """An organisation as it is named elsewhere in a release."""
    if organisation is None or organisation not in process.parties:
        return None
    return {"id": party_id(organisation), "name": process.parties[organisation].name}


def planning(process: Process, site: Publisher) -> Json:
    """What the money is for: the project that won the vote."""
    project = process.tender.project_id
    budget = {
        "description": process.project_title,
        "amount": None
        if process.budget is None
        else value(process.budget, process.tender.currency),
        "project": process.project_title,
        "projectID": str(project),
        "uri": site.url(f"/projects/{project}"),
    }
    return without_empty({"rationale": process.project_summary, "budget": without_empty(budget)})


def tender(process: Process, site: Publisher) -> Json:
    """The whole notice, as it was published."""
    found = process.tender
    criteria = process.criteria
    notice = document(
        site,
        "notice",
        "tenderNotice",
        plain(found.title),
        f"/tenders/{found.id}",
        published=found.published_at,
        sha256=found.notice_sha256,
    )
    return without_empty(
        {
            "id": found.number,
            "title": plain(found.title),
            "description": plain(found.scope),
            "status": "active",
            "procuringEntity": reference(process, process.department),
            "value": value(found.ceiling, found.currency),
            "procurementMethod": PROCEDURES[Method(found.method)],
            "procurementMethodRationale": plain(found.direct_reason),
            "awardCriteria": _award_criteria(list(criteria)),
            "awardCriteriaDetails": "; ".join(map(_criterion, criteria)),
            "submissionMethod": ["electronicSubmission"] if found.deadline else None,
            "tenderPeriod": _period(found.published_at, found.deadline),
            "enquiryPeriod": _period(found.published_at, found.questions_until),
            "documents": [notice],
        }
    )


def _award_criteria(criteria: list[Criterion]) -> str | None:
    if not criteria:
        return None
    only_price = all(one.kind == CriterionKind.PRICE for one in criteria)
    return "priceOnly" if only_price else "ratedCriteria"


def _criterion(one: Criterion) -> str:
    about = f" ({one_line(one.about)})" if one.about else ""
    return f"{one_line(one.name)}{about}: {one.weight}%"


def _period(first: Any, last: Any) -> Json | None:
    if first is None or last is None:
        return None
    return {"startDate": moment(first), "endDate": moment(last)}


def document(
    site: Publisher,
    ident: str,
    kind: str,
    title: str,
    path: str,
    *,
    published: Any = None,
    sha256: str | None = None,
) -> Json:
    """A page of the site as a document; ``sha256`` is the digest of what it says."""
    return without_empty(
        {
            "id": ident,
            "documentType": kind,
            "title": title,
            "description": f"SHA-256 {sha256}" if sha256 else None,
            "url": site.url(path),
            "datePublished": moment(published) if published else None,
            "format": "text/html",
            "language": site.language,
        }
    )


def clarification(process: Process, question: TenderQuestion, site: Publisher) -> Json:
    """A question about the notice with its answer; who asked is not shown anywhere."""
    found = document(
        site,
        f"question-{question.id}",
        "clarifications",
        one_line(question.text)[:LONGEST_TITLE],
        f"/tenders/{process.tender.id}",
        published=question.answered_at,
    )
    return found | {"description": f"{plain(question.text)}\n\n{plain(question.answer)}"}


def contract(process: Process, found: Contract, award_id: str, site: Publisher, ends: date) -> Json:
    """What was signed."""
    signed = document(
        site,
        "contract",
        "contractSigned",
        found.number,
        f"/tenders/{process.tender.id}",
        published=found.signed_at,
        sha256=found.sha256,
    )
    return without_empty(
        {
            "id": found.number,
            "awardID": award_id,
            "title": plain(process.tender.title),
            "description": plain(found.terms),
            "status": "active",
            "period": {"startDate": begin_of(found.starts_on), "endDate": end_of(ends)},
            "value": value(found.amount, found.currency),
            "dateSigned": moment(found.signed_at) if found.signed_at else None,
            "documents": [signed],
        }
    )


def milestone(found: Milestone, due: date, title: str, about: str) -> Json:
    """A part of the work, still to be done."""
    return without_empty(
        {
            "id": str(found.id),
            "title": plain(title),
            "type": "delivery",
            "description": plain(about),
            "dueDate": end_of(due),
            "status": "scheduled",
        }
    )


def transaction(process: Process, payment: Payment, site: Publisher) -> Json:
    """A payment; one below zero came back, or was undone."""
    payee = process.contract.organisation_id if process.contract else None
    return without_empty(
        {
            "id": str(payment.line),
            "date": begin_of(payment.on),
            "value": value(payment.amount, payment.currency),
            "payer": reference(process, process.department),
            "payee": reference(process, payee),
            "uri": site.url(f"/money/lines/{payment.line}"),
        }
    )
