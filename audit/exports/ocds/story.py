"""A contracting process as it is told step by step."""

from __future__ import annotations

from audit.exports.ocds import sections
from audit.exports.ocds.model import Process, Step
from audit.exports.ocds.terms import Terms
from audit.exports.ocds.values import Json, Publisher, moment
from projects.models import Contract


class Story:
    """Keeps what later steps have to refer to: who plays which part, which award holds."""

    def __init__(self, process: Process, site: Publisher) -> None:
        self.process, self.site = process, site
        self.ocid = site.ocid(process.tender.number)
        self.roles: dict[int, list[str]] = {}
        self.awards = 0  # so far, those that came to nothing included
        self.awarded = False
        self.signed: Contract | None = None
        self.last_contract = ""  # the release that said last what the contract is
        self.begun = False
        self.terms = Terms(process)

    def release(self, step: Step, tags: list[str], content: Json) -> Json:
        """What a step says, with everybody who has a part by now."""
        parties = [
            sections.party(self.process.parties[ident], list(roles))
            for ident, roles in self.roles.items()
            if ident in self.process.parties
        ]
        buyer = sections.reference(self.process, self.process.department)
        return {
            "ocid": self.ocid,
            "id": self.release_id(step),
            "date": moment(step.at),
            "tag": tags,
            "initiationType": "tender",
            "language": self.site.language,
            "parties": parties,
            **({"buyer": buyer} if buyer else {}),
            **content,
        }

    def release_id(self, step: Step) -> str:
        """A release is called by its step in the record."""
        return f"{self.ocid}-{step.number}"

    def plays(self, organisation: int | None, *roles: str) -> None:
        """Remember which part an organisation has."""
        if organisation is not None:
            known = self.roles.setdefault(organisation, [])
            known += [role for role in roles if role not in known]

    @property
    def award_id(self) -> str:
        """The award that holds now, or was made last."""
        return f"{self.process.tender.number}-{self.awards}"

    @property
    def number(self) -> str:
        """The tender's own."""
        return self.process.tender.number

    def contract(self, **content: object) -> Json:
        """Something new of the contract."""
        number = self.signed.number if self.signed else ""
        return {"contracts": [{"id": number, "awardID": self.award_id, **content}]}

    def work(self, **content: object) -> tuple[list[str], Json]:
        """Something new of the work under contract."""
        tag = "implementationUpdate" if self.begun else "implementation"
        self.begun = True
        return [tag], self.contract(implementation=content)
