"""Finding projects by their words, in Chinese and in languages that put spaces between words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sqlalchemy import BigInteger, Float, Row, Subquery, column, delete, select, table, text
from sqlalchemy.orm import Session

from core.db import is_sqlite
from core.i18n import Localized, Message, localize
from core.text import query_tokens, search_tokens
from core.types import Texts
from projects.labels import STATE_LABELS, STATE_TONES
from projects.models import Project
from projects.states import PUBLIC, State

LONGEST_QUERY = 100
# How often a field's words count, because a title says more than a description.
WEIGHTS = {"title": 4, "summary": 2, "description": 1, "beneficiaries": 1}
CANDIDATES = 30
# Below this share of common words, two proposals are not about the same thing.
LEAST_OVERLAP = 0.3
NEAR_METRES = 500.0

_UPSERT_POSTGRESQL = text(
    "INSERT INTO project_search (project_id, tokens) VALUES (:id, to_tsvector('simple', :tokens))"
    " ON CONFLICT (project_id) DO UPDATE SET tokens = excluded.tokens"
)
_DELETE_SQLITE = text("DELETE FROM project_search WHERE rowid = :id")
_INSERT_SQLITE = text("INSERT INTO project_search (rowid, tokens) VALUES (:id, :tokens)")
_MATCH_POSTGRESQL = (
    "SELECT project_id, ts_rank(tokens, query, 1) AS score"
    " FROM project_search, to_tsquery('simple', :query) AS query WHERE tokens @@ query"
)
_MATCH_SQLITE = (
    "SELECT rowid AS project_id, -bm25(project_search) AS score"
    " FROM project_search WHERE project_search MATCH :query"
)


def index(session: Session, project: Project) -> None:
    """Make ``project`` findable by what it says now; call after each change of its text."""
    session.flush()
    values = {"id": project.id, "tokens": " ".join(_tokens_of(project))}
    if is_sqlite(session):
        session.execute(_DELETE_SQLITE, {"id": project.id})
        session.execute(_INSERT_SQLITE, values)
    else:
        session.execute(_UPSERT_POSTGRESQL, values)


def reindex(session: Session) -> int:
    """Index every project afresh; returns how many there are."""
    session.execute(delete(table("project_search")))
    ids = session.scalars(select(Project.id).order_by(Project.id)).all()
    for ident in ids:
        project = session.get_one(Project, ident)
        index(session, project)
        session.expunge(project)
    return len(ids)


def _tokens_of(project: Project) -> list[str]:
    tokens = search_tokens(project.code or "")
    for name, weight in WEIGHTS.items():
        texts: Texts = getattr(project, name)
        for words in texts.values():
            tokens += search_tokens(words) * weight
    return tokens


def match(session: Session, words: str, *, every: bool = True, most: int = 24) -> Subquery | None:
    """The projects that have every word of ``words`` (or with ``every=False``, any of them).

    Rows of ``project_id`` and ``score``, the best match having the greatest; to be joined, and
    restricted to what the reader may see. ``None`` when there is no word to look for. At most
    ``most`` words count.
    """
    # Tokens hold letters and digits only, so that quoting them is all it takes.
    tokens = query_tokens(words, most)
    if not tokens:
        return None
    if is_sqlite(session):
        sql, query = _MATCH_SQLITE, (" AND " if every else " OR ").join(f'"{t}"' for t in tokens)
    else:
        sql, query = _MATCH_POSTGRESQL, (" & " if every else " | ").join(f"'{t}'" for t in tokens)
    columns = column("project_id", BigInteger), column("score", Float)
    return text(sql).bindparams(query=query).columns(*columns).subquery("found")


@dataclass(frozen=True, slots=True)
class Similar:
    """A project that may be about the same thing."""

    id: int
    title: Localized
    summary: Localized
    label: Message
    tone: str

    @property
    def url(self) -> str:
        """Its page."""
        return f"/projects/{self.id}"


def similar(
    session: Session,
    words: str,
    round_id: int,
    *,
    category_id: int | None = None,
    place: tuple[float, float] | None = None,
    but: int | None = None,
    limit: int = 5,
) -> list[Similar]:
    """Public projects of a round that say much the same as ``words``, the likest first.

    The same category, and a place within a few hundred metres of ``place`` (latitude and
    longitude, WGS-84), count for it. ``but`` is the project that is being written.
    """
    found = match(session, words, every=False, most=60)
    if found is None:
        return []
    rows = (
        select(
            Project.id,
            Project.title,
            Project.summary,
            Project.state,
            Project.category_id,
            Project.latitude,
            Project.longitude,
            found.c.score,
        )
        .join(found, found.c.project_id == Project.id)
        .where(Project.round_id == round_id, Project.state.in_(PUBLIC), Project.id != (but or 0))
        .order_by(found.c.score.desc(), Project.id)
        .limit(CANDIDATES)
    )
    wanted = set(query_tokens(words, 60))
    likely = [row for row in session.execute(rows) if _overlap(wanted, row) >= LEAST_OVERLAP]
    likely.sort(key=lambda row: -row.score * _boost(row, category_id, place))
    return [_view(row) for row in likely[:limit]]


def _view(row: Row[tuple[object, ...]]) -> Similar:
    state = State(row.state)
    title, summary = localize(row.title), localize(row.summary)
    return Similar(row.id, title, summary, STATE_LABELS[state], STATE_TONES[state])


def _overlap(wanted: set[str], row: Row[tuple[object, ...]]) -> float:
    """The share of the wanted words that the project's title and summary have."""
    texts = [*row.title.values(), *row.summary.values()]
    return len(wanted.intersection(search_tokens(" ".join(texts)))) / len(wanted)


def _boost(
    row: Row[tuple[object, ...]], category_id: int | None, place: tuple[float, float] | None
) -> float:
    boost = 1.25 if category_id is not None and row.category_id == category_id else 1.0
    if place and row.latitude is not None:
        boost += math.exp(-metres(place, (row.latitude, row.longitude)) / NEAR_METRES)
    return boost


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The distance of two places (latitude, longitude) in one city, by a flat-earth formula."""
    north = (a[0] - b[0]) * 111_320
    east = (a[1] - b[1]) * 111_320 * math.cos(math.radians((a[0] + b[0]) / 2))
    return math.hypot(north, east)
