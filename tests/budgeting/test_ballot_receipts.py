"""Receipts and the way of commitments into the record."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.ballots import flush_commitments, new_version
from budgeting.models import BallotCommitment, BallotType, Phase, PhaseKind
from budgeting.receipts import commitment_start, receipt_code
from core.db import transaction
from core.errors import Invalid
from tests.budgeting.conftest import OpenVote
from tests.budgeting.voting import Vote, Voter, make_vote
from tests.factories import Factory
from transparency.models import Leaf

CODE = re.compile(r"receipt ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})")


def receipt_of(voter: Voter) -> str:
    """The receipt on somebody's ballot page."""
    found = CODE.search(voter.page().text)
    assert found
    return found[1]


@given(st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}"))
def test_a_code_leads_back_to_the_first_60_bits(commitment: str) -> None:
    code = receipt_code(commitment)
    assert commitment_start(code) == commitment[:15]
    assert commitment_start(code.lower().replace("-", " ").replace("0", "o")) == commitment[:15]


@pytest.mark.parametrize(
    "typed", ["", "7KQ2", "7KQ2-M9XD-3FTU", "7KQ2-M9XD-3FTA-9", "'; --", "零" * 12]
)
def test_what_is_no_code_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(Invalid):
        commitment_start(typed)


def test_the_commitment_is_what_its_description_says() -> None:
    import hashlib  # noqa: PLC0415 - computed by hand here, on purpose

    version = new_version(7, "ab" * 32, 2, '["1","2"]')
    text = f'7|{"ab" * 32}|2|["1","2"]|{version.nonce}'
    assert version.commitment == hashlib.sha256(text.encode()).hexdigest()
    assert len(version.nonce) == 32


def test_a_receipt_is_found_while_it_waits_and_once_it_is_recorded(
    open_vote: OpenVote, client: FlaskClient, make: Factory
) -> None:
    voter = open_vote()
    voter.mark("add", "1")
    code = receipt_of(voter)
    waiting = client.get("/receipt", query_string={"code": code.lower()})
    assert "safely stored" in waiting.text
    with transaction() as session:
        flush_commitments(session, voter.vote.round_id, make.at, all=True)
    recorded = client.get("/receipt", query_string={"code": code})
    assert "in the public record, as no." in recorded.text
    assert recorded.headers["Cache-Control"] == "no-store"
    assert "data:image/svg+xml" in recorded.text


def test_a_receipt_does_not_tell_the_choices(open_vote: OpenVote, client: FlaskClient) -> None:
    voter = open_vote()
    voter.mark("add", "1")
    first = client.get("/receipt", query_string={"code": receipt_of(voter)}).text
    voter.mark("remove", "1")
    voter.mark("add", "4")
    second = client.get("/receipt", query_string={"code": receipt_of(voter)}).text

    def strip(page: str) -> str:
        return re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}|data:image[^\"]*", "", page)

    assert strip(first) == strip(second)


def test_an_older_receipt_stays_findable(open_vote: OpenVote, client: FlaskClient) -> None:
    voter = open_vote()
    voter.mark("add", "1")
    old = receipt_of(voter)
    voter.mark("withdraw")
    assert "safely stored" in client.get("/receipt", query_string={"code": old}).text


@pytest.mark.parametrize(("code", "status"), [("0000-0000-0000", 404), ("<b>", 422), ("", 200)])
def test_a_receipt_that_is_not_there_is_said_so_and_kept(
    client: FlaskClient, code: str, status: int
) -> None:
    page = client.get("/receipt", query_string={"code": code})
    assert page.status_code == status
    assert "<b>&lt;" not in page.text
    assert code.replace("<b>", "&lt;b&gt;") in page.text


def test_commitments_wait_for_ten_voters_not_for_ten_clicks(
    make: Factory, come: Callable[[Vote, int], Voter], session: Session
) -> None:
    people: list[int] = []
    vote = make_vote(
        make, BallotType.APPROVAL, lambda v: people.extend(make.person(v.east) for _ in range(10))
    )
    voters = [come(vote, person) for person in people]
    for _ in range(6):
        voters[0].mark("add", "1")
        voters[0].mark("withdraw")
    assert flush(vote, make) == 0
    for voter in voters[1:]:
        voter.mark("add", "2")
    assert flush(vote, make) == 21
    assert session.scalars(select(BallotCommitment.commitment)).all() == []


def flush(vote: Vote, make: Factory) -> int:
    with transaction() as session:
        return flush_commitments(session, vote.round_id, make.at)


def test_the_record_tells_neither_order_nor_time(
    open_vote: OpenVote, make: Factory, session: Session
) -> None:
    voter = open_vote()
    for code in ("1", "2", "3", "4", "5"):
        voter.mark("add", code)
    with transaction() as writing:
        flush_commitments(writing, voter.vote.round_id, make.at, all=True)
    leaves = session.scalars(select(Leaf).where(Leaf.type == "ballot.cast").order_by(Leaf.id)).all()
    bodies = [json.loads(leaf.body) for leaf in leaves]
    commitments = [body["commitment"] for body in bodies]
    assert commitments == sorted(commitments)
    assert len(commitments) == 5
    assert all(set(body) == {"round", "commitment"} for body in bodies)
    opened = select(Phase.starts_at).where(Phase.kind == PhaseKind.VOTING)
    assert {leaf.occurred_at for leaf in leaves} == set(session.scalars(opened))
