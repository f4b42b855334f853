"""What each kind of step says in open contracting: the tags of its release, and its content."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from audit.exports.ocds import sections
from audit.exports.ocds.model import Step
from audit.exports.ocds.story import Story
from audit.exports.ocds.terms import CHANGED
from audit.exports.ocds.values import Json, end_of, moment, value, without_empty
from audit.exports.values import plain
from projects.models import ChangeKind

Said: TypeAlias = tuple[list[str], Json] | None
POSTED = "ledger.posted"


def _published(story: Story, _step: Step) -> Said:
    process, site = story.process, story.site
    story.plays(process.department, "buyer", "procuringEntity")
    content = {
        "planning": sections.planning(process, site),
        "tender": sections.tender(process, site),
    }
    return ["planning", "tender"], content


def _answered(story: Story, step: Step) -> Said:
    question = story.process.questions.get(step.body["question"])
    if question is None:
        return None
    found = sections.clarification(story.process, question, story.site)
    tender = {"id": story.number, "hasEnquiries": True, "documents": [found]}
    return ["tenderUpdate"], {"tender": tender}


def _opened(story: Story, _step: Step) -> Said:
    """All bids at once: before this step nothing says who bids, or how many do."""
    firms = [bid.organisation_id for bid in story.process.bids]
    for firm in firms:
        story.plays(firm, "tenderer")
    tender = {
        "id": story.number,
        "numberOfTenderers": len(firms),
        "tenderers": [sections.reference(story.process, firm) for firm in firms],
    }
    return ["tenderUpdate"], {"tender": tender}


def _failed(story: Story, step: Step) -> Said:
    return _ended(story, step, "unsuccessful")


def _cancelled(story: Story, step: Step) -> Said:
    return _ended(story, step, "cancelled")


def _ended(story: Story, step: Step, status: str) -> Said:
    """A tender that leads to nothing; an award that was waiting is off."""
    tender = {"id": story.number, "status": status}
    if not story.awarded:
        return ["tenderCancellation"], {"tender": tender}
    story.awarded = False
    off = {"id": story.award_id, "status": "cancelled", "description": _reason(step)}
    return ["tenderCancellation", "awardCancellation"], {
        "tender": tender,
        "awards": [without_empty(off)],
    }


def _reason(step: Step) -> str:
    return plain(str(step.body.get("reason") or ""))


def _awarded(story: Story, step: Step) -> Said:
    """During the standstill the award is pending."""
    content = {"awards": [_award(story, step, "pending")]}
    return ["award"], content | {"tender": {"id": story.number, "status": "complete"}}


def _awarded_directly(story: Story, step: Step) -> Said:
    published = _published(story, step)
    content = published[1] if published else {}
    content["tender"]["status"] = "complete"
    content["awards"] = [_award(story, step, "active")]
    return ["planning", "tender", "award"], content


def _award(story: Story, step: Step, status: str) -> Json:
    story.awards += 1
    story.awarded = True
    winner = step.body["winner"]
    story.plays(winner, "supplier")
    return without_empty(
        {
            "id": story.award_id,
            "title": plain(story.process.tender.title),
            "description": _reason(step),
            "status": status,
            "date": moment(step.at),
            "value": value(step.body["amount"], story.process.tender.currency),
            "suppliers": [sections.reference(story.process, winner)],
        }
    )


def _upheld(story: Story, step: Step) -> Said:
    """An objection was right: the bids are judged again."""
    if not story.awarded:
        return None
    story.awarded = False
    off = {"id": story.award_id, "status": "cancelled", "description": _reason(step)}
    tender = {"id": story.number, "status": "active"}
    return ["awardCancellation"], {"awards": [without_empty(off)], "tender": tender}


def _signed(story: Story, step: Step) -> Said:
    process = story.process
    if process.contract is None:
        return None
    story.signed = process.contract
    story.last_contract = story.release_id(step)
    found = sections.contract(process, story.signed, story.award_id, story.site, story.terms.ends)
    if parts := story.terms.parts():
        found["milestones"] = parts
    award = {"id": story.award_id, "status": "active"}
    return ["contract"], {"awards": [award], "contracts": [found]}


def _amended(story: Story, step: Step) -> Said:
    """What a decided change does to the price."""
    if story.signed is None:
        return None
    amount = value(step.body["amount"], story.signed.currency)
    return ["contractAmendment"], story.contract(value=amount, amendments=[_amendment(story, step)])


def _changed(story: Story, step: Step) -> Said:
    """What a decided change does to dates and scope; to the price is a step of its own."""
    part = story.terms.change(step)
    if story.signed is None or part is None or step.body["kind"] not in _AMENDING:
        return None
    more: Json = {"milestones": [part], "amendments": [_amendment(story, step)]}
    if step.body["kind"] == ChangeKind.DELAY:
        more["period"] = {"endDate": end_of(story.terms.ends)}
    return ["contractAmendment"], story.contract(**more)


_AMENDING = frozenset({ChangeKind.DELAY, ChangeKind.SCOPE, ChangeKind.CANCEL})


def _amendment(story: Story, step: Step) -> Json:
    before, story.last_contract = story.last_contract, story.release_id(step)
    return without_empty(
        {
            "id": str(step.number),
            "date": moment(step.at),
            "rationale": _reason(step),
            "amendsReleaseID": before,
            "releaseID": story.last_contract,
        }
    )


def _over(story: Story, step: Step) -> Said:
    """Open contracting calls a contract terminated also when all of it was done."""
    if story.signed is None:
        return None
    more: Json = {"status": "terminated"}
    stays = step.body.get("stays")
    if stays is not None:
        more["value"] = value(stays, story.signed.currency)
    return ["contractTermination"], story.contract(**more)


def _reported(story: Story, step: Step) -> Said:
    if story.signed is None:
        return None
    milestone, report = step.body["milestone"], step.body["report"]
    found = sections.document(
        story.site,
        f"report-{report}",
        "physicalProgressReport",
        plain(step.body["title"]),
        f"/milestones/{milestone}",
        published=step.at,
        sha256=step.body.get("text_sha256"),
    )
    return story.work(documents=[found])


def _accepted(story: Story, step: Step) -> Said:
    if story.signed is None:
        return None
    met = {"id": str(step.body["milestone"]), "status": "met", "dateMet": moment(step.at)}
    of_work = met | {"title": plain(step.body["title"]), "type": "delivery"}
    tags, content = story.work(milestones=[of_work])
    content["contracts"][0]["milestones"] = [met]
    return tags, content


def _paid(story: Story, step: Step) -> Said:
    process = story.process
    story.plays(process.department, "payer")
    if process.contract:
        story.plays(process.contract.organisation_id, "payee")
    lines = process.payments[step.number]
    return story.work(
        transactions=[sections.transaction(process, one, story.site) for one in lines]
    )


HANDLERS: dict[str, Callable[[Story, Step], Said]] = {
    "tender.published": _published,
    "tender.answered": _answered,
    "tender.opened": _opened,
    "tender.failed": _failed,
    "tender.cancelled": _cancelled,
    "tender.awarded": _awarded,
    "tender.awarded_directly": _awarded_directly,
    "tender.upheld": _upheld,
    "contract.signed": _signed,
    "contract.amended": _amended,
    "contract.terminated": _over,
    "contract.closed": _over,
    CHANGED: _changed,
    "delivery.reported": _reported,
    "delivery.accepted": _accepted,
    POSTED: _paid,
}
