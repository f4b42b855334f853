"""The tally as a job: it counts, writes down the outcome, and tells the projects.

It may be stopped anywhere and begun again: budgets that were counted are kept until then, and
nothing of an outcome is written before all of it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from accounts.notices import tell
from budgeting.counting import Count, Work, count_round
from budgeting.models import Outcome, PhaseKind, Round, RoundState, Tally, TallyState
from budgeting.models.tally import PartialTally
from budgeting.phases import allows, phase_of
from budgeting.reporting import Counted
from budgeting.slates import Part, slate_of
from budgeting.states import move
from core.clock import now as present
from core.db import db, lock, transaction
from core.errors import Conflict
from core.i18n import both, lazy_gettext
from core.outbox import enqueue, handles, hold
from ledger.services.committing import Winner, enter_winners
from projects.models import Project
from projects.services.ballot import decide_all
from projects.states import State
from transparency import log

TOPIC = "budgeting.tally"
PUBLICATION = "budgeting.publish_result"
LONGEST_ERROR = 500


@handles(TOPIC)
def on_close(payload: dict[str, Any]) -> None:
    """Tally a round that has been closed."""
    tally(payload["round"], present())


@handles(PUBLICATION)
def on_results(payload: dict[str, Any]) -> None:
    """Tell the projects of a round whose result may now be read."""
    with transaction() as session:
        publish(session, payload["round"], present())


def tally(round_id: int, now: datetime) -> None:
    """Count a closed round and decide it, unless that was done.

    How far it is stands in the round's ``Tally`` meanwhile. When it fails, that is noted there
    and raised.
    """
    if not _begin(round_id, now):
        return
    try:
        tell, resume = partial(_progress, round_id), partial(_resume, round_id)
        count = count_round(db.session, round_id, tell, resume)
        with transaction() as session:
            settle(session, round_id, count, now)
    except Exception as error:
        _note(round_id, state=TallyState.FAILED, error=repr(error)[:LONGEST_ERROR])
        raise


def settle(session: Session, round_id: int, count: Count, now: datetime) -> None:
    """Write down what a count decided, and make it the round's result.

    Does nothing for a round that is decided already. Raises ``Conflict`` when the rules or
    ballots counted are not those that were sealed.
    """
    round_ = lock(session, Round, round_id)
    if round_.state == RoundState.DECIDED:
        return
    move(round_, "decide")
    tally_ = lock(session, Tally, round_id)
    if tally_.input_hash != count.input_hash:
        raise Conflict(lazy_gettext("The ballots are not those that were sealed at the close."))
    if rows := _outcome_rows(count):
        session.execute(insert(Outcome), rows)
    body = {
        "ballots": count.ballots,
        "selected": count.statistics["selected"],
        "input_sha256": count.input_hash,
        "result_sha256": count.result_hash,
    }
    leaf = log.record(session, "round.tallied", [("round", round_id)], body, now)
    tally_.state, tally_.progress, tally_.error = TallyState.DONE, 100, None
    tally_.finished_at, tally_.leaf_id = now, leaf
    tally_.result_hash = count.result_hash
    tally_.statistics = (tally_.statistics or {}) | count.statistics
    parts = [{"sub_budget": part.id} | found.report for part, found in count.parts]
    tally_.report = {"parts": parts}
    session.execute(delete(PartialTally).where(PartialTally.round_id == round_id))
    _publish_in_time(session, round_, now)


def publish(session: Session, round_id: int, now: datetime) -> None:
    """Say of every project on the ballot whether it was chosen, tell who proposed it, and book
    what the round now has to pay for.

    Idempotent: a project that was told is left alone.
    """
    rows = select(Outcome.project_id, Outcome.selected).where(Outcome.round_id == round_id)
    chosen = dict(session.execute(rows).all())
    decided = decide_all(session, round_id, chosen, now)
    _commit(session, round_id, decided, now)
    for project in decided:
        if project.proposer_id is not None:
            text = both(_MESSAGES[State(project.state)], title=project.title)
            tell(session, project.proposer_id, text, f"/projects/{project.id}", now)


def _commit(session: Session, round_id: int, decided: Sequence[Project], now: datetime) -> None:
    """Book the winners' costs, as far as the round's money was appropriated; the rest follows
    when it is. What another platform counted, or somebody else pays, is not paid from here."""
    round_ = session.get_one(Round, round_id)
    if round_.imported:
        return
    payers = slate_of(session, round_id, round_.manifest_hash or "").payers
    winners = [
        Winner(project.id, project.title, project.cost, project.area_id)
        for project in decided
        if project.state == State.SELECTED and project.cost and project.code not in payers
    ]
    if winners:
        enter_winners(session, round_id, round_.title, round_.currency, winners, now=now)


_MESSAGES = {
    State.SELECTED: lazy_gettext("“%(title)s” was chosen by the vote. It will be built."),
    State.NOT_SELECTED: lazy_gettext("“%(title)s” was not chosen by the vote. Its page says why."),
}


def _publish_in_time(session: Session, round_: Round, now: datetime) -> None:
    """At once where the result may be read already, else when that phase begins."""
    results = phase_of(round_.phases, PhaseKind.RESULTS)
    if results is None or allows(round_, "read_result", now):
        publish(session, round_.id, now)
    else:
        payload = {"round": round_.id}
        enqueue(session, PUBLICATION, str(round_.id), payload, results.starts_at)


def _begin(round_id: int, now: datetime) -> bool:
    """Note that counting begins; says whether there is anything to count."""
    with transaction() as session:
        round_ = lock(session, Round, round_id)
        if round_.state == RoundState.CLOSED:
            begun = {"state": TallyState.RUNNING, "started_at": now, "progress": 0, "error": None}
            _set(session, round_id, **begun)
        return round_.state == RoundState.CLOSED


def _resume(round_id: int, input_hash: str, part: Part, work: Work) -> Counted:
    """What is kept of a part, or else the work's result, which is kept then."""
    with transaction() as session:
        kept = session.get(PartialTally, (round_id, part.id))
        if kept is not None and kept.input_hash == input_hash:
            return Counted(kept.outcome, kept.report)
    counted = work()
    with transaction() as session:
        tally_ = lock(session, Tally, round_id)
        if tally_.state != TallyState.DONE:
            values = {"outcome": counted.outcome, "report": counted.report}
            key = {"round_id": round_id, "sub_budget_id": part.id}
            session.merge(PartialTally(**key, input_hash=input_hash, **values))
    return counted


def _progress(round_id: int, percent: int) -> None:
    """Note how far the count is, and that it still goes on, so that no other worker begins."""
    with transaction() as session:
        _set(session, round_id, progress=percent)
        hold(session, TOPIC, str(round_id), present())


def _note(round_id: int, **values: Any) -> None:
    with transaction() as session:
        _set(session, round_id, **values)


def _set(session: Session, round_id: int, **values: Any) -> None:
    """Change a tally that is not done; one that is, another worker was faster with."""
    undone = (Tally.round_id == round_id, Tally.state != TallyState.DONE)
    session.execute(update(Tally).where(*undone).values(**values))


def _outcome_rows(count: Count) -> list[dict[str, Any]]:
    entries = count.slate.entries
    return [
        {
            "round_id": count.slate.round_id,
            "sub_budget_id": part.id,
            "project_id": entries[row["id"]].project_id,
            "position": row["rank"],
            "selected": row["selected"],
            "votes": row["votes"],
            "score": row["score"],
            "cost": row["cost"],
            "reason": row["reason"],
        }
        for part, found in count.parts
        for row in found.outcome["projects"]
    ]
