"""What a proposer writes, apart from where it is kept: a draft, a revision, a project."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from core.types import Texts
from projects.models import Project
from projects.states import State

TEXT_FIELDS = ("title", "summary", "description", "beneficiaries")
PLAIN_FIELDS = (
    "category_id",
    "area_id",
    "latitude",
    "longitude",
    "estimate",
    "organisation_id",
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything the form asks for but photos; ``estimate`` in minor units, places in WGS-84."""

    language: str
    title: str
    summary: str
    description: str
    beneficiaries: str
    category_id: int | None
    area_id: int
    latitude: float | None
    longitude: float | None
    estimate: int | None
    organisation_id: int | None


def written(project: Project) -> Proposal:
    """What the proposer last wrote: the revision in the making, else the project itself."""
    if project.revision:
        return Proposal(**project.revision)
    texts = {name: getattr(project, name).get(project.language, "") for name in TEXT_FIELDS}
    plain = {name: getattr(project, name) for name in PLAIN_FIELDS}
    return Proposal(language=project.language, **texts, **plain)


def keep(project: Project, proposal: Proposal) -> None:
    """Keep what was written. A draft changes at once; a project that the public has seen
    only when it is handed in again."""
    if project.state == State.DRAFT:
        put(project, proposal)
    else:
        project.revision = asdict(proposal)


def put(project: Project, proposal: Proposal) -> None:
    """Make the project say what ``proposal`` says."""
    for name in TEXT_FIELDS:
        setattr(
            project, name, _say(getattr(project, name), proposal.language, getattr(proposal, name))
        )
    for name in PLAIN_FIELDS:
        setattr(project, name, getattr(proposal, name))
    project.language = proposal.language
    project.revision = None


def _say(known: Texts, language: str, text: str) -> Texts:
    """A text in its new wording; translations of another wording are dropped."""
    return known if known.get(language) == text else {language: text}
