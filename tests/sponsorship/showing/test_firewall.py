"""While a vote on a project runs, nobody learns who gives what for it: not by any page, export,
file or record. The same probes look after the vote, and find it: so they are known to work.

Whoever gives gets no vote for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from budgeting.electors import enrol, person_hmac
from budgeting.models import Ballot, Elector, PhaseKind
from core.db import db, transaction
from sponsorship.models import SeatRole
from tests.conftest import START
from tests.factories import Factory
from tests.ledger.books import YUAN
from tests.sponsorship.showing.veil import AMOUNT, MESSAGE, NAME, Veil, written
from transparency.models import Leaf, LeafSubject

pytestmark = pytest.mark.timeout(900)
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def veil(app: Flask, make: Factory) -> Veil:
    """An idea for which somebody gives, before its vote."""
    made = Veil.begin(make)
    assert isinstance(made, Veil)
    made.fill()
    runner = app.test_cli_runner()
    runner.invoke(args=["log", "key", "create"])
    assert runner.invoke(args=["log", "sequence", "--once"]).exit_code == 0
    db.session.rollback()
    return made


def people(veil: Veil, client: FlaskClient, sign_in: SignIn) -> dict[str, FlaskClient]:
    """Those who must not know: somebody who passes by, a voter, and another sponsor."""
    return {
        "visitor": client,
        "voter": sign_in(veil.make.person(veil.community)),
        "other sponsor": sign_in(veil.rival),
    }


def test_during_the_vote_no_page_tells_anybody(
    app: Flask, veil: Veil, client: FlaskClient, sign_in: SignIn
) -> None:
    veil.vote()
    told = [
        (who, where, what)
        for who, where, body in veil.look(app, people(veil, client, sign_in))
        if (what := veil.found(body))
    ]
    assert told == []
    assert veil.broken == set()


def test_after_the_vote_the_same_probes_find_it(
    app: Flask, veil: Veil, client: FlaskClient
) -> None:
    veil.vote()
    veil.decide()
    told: dict[str, set[str]] = {}
    for _who, where, body in veil.look(app, {"visitor": client}):
        if what := veil.found(body):
            told.setdefault(where.partition(" ")[0], set()).update(what)
    assert {"HERON", "BITTERN", "76,543", "Cormorant"} <= told["partners.opening"]
    for endpoint in ("partners.sponsor", "partners.grants_json", "partners.grants_csv"):
        assert "Cormorant" in told[endpoint], endpoint
    assert "projects_public.project" in told


def test_during_the_vote_no_file_that_is_written_tells_it(
    app: Flask, veil: Veil, tmp_path: Path
) -> None:
    veil.vote()
    files = dict(written(app, tmp_path))
    assert files
    assert {name: veil.found(body) for name, body in files.items() if veil.found(body)} == {}


def test_the_record_never_leads_from_what_is_given_to_an_idea_that_may_be_voted_on(
    veil: Veil,
) -> None:
    about = select(LeafSubject.leaf_id).where(
        LeafSubject.kind == "project", LeafSubject.ref == str(veil.idea)
    )
    bodies = [
        json.loads(one) for one in db.session.scalars(select(Leaf.body).where(Leaf.id.in_(about)))
    ]
    assert all("pledge" not in body for body in bodies)
    everything = b"\n".join(one.encode() for one in db.session.scalars(select(Leaf.body)))
    assert str(AMOUNT).encode() in everything
    assert MESSAGE.encode() not in everything
    db.session.rollback()


def test_during_the_vote_only_whoever_gave_finds_it_in_their_own_data(veil: Veil) -> None:
    from accounts.own_data import parts  # noqa: PLC0415 - with all rooms registered

    veil.vote()
    for person in (veil.rival, veil.make.person(veil.community)):
        said = str({name: part(db.session, person) for name, part in parts().items()}).encode()
        assert veil.found(said) == []
        db.session.rollback()


def test_during_the_vote_every_sum_leaves_it_out_and_has_it_after(
    veil: Veil, client: FlaskClient
) -> None:
    veil.vote()
    assert NAME not in client.get("/partners/sponsors").text
    assert len(json.loads(client.get("/partners/grants.json").data)["grants"]) == 1
    veil.decide()
    assert NAME in client.get("/partners/sponsors").text
    assert len(json.loads(client.get("/partners/grants.json").data)["grants"]) == 3


def test_whoever_gives_gets_no_vote_for_it(veil: Veil, make: Factory) -> None:
    """Of those who give, only who may vote anyhow is on the list, once."""
    round_id = make.round(veil.area, PhaseKind.VOTING, state="frozen")
    outsider = make.person(make.area("Elsewhere"))
    veil.add_seat(veil.business, outsider, SeatRole.SIGNATORY)
    veil.accept(veil.offer(veil.new(1_000 * YUAN), by=outsider))
    with transaction() as session:
        assert enrol(session, round_id, START) > 0
    listed = list(db.session.scalars(select(Elector.person_hmac)))
    assert person_hmac(round_id, outsider) not in listed
    assert listed.count(person_hmac(round_id, veil.resident)) == 1
    db.session.rollback()
    before = set(listed)
    veil.give(100 * YUAN, by=outsider)
    with transaction() as session:
        assert enrol(session, round_id, START) == 0
    assert set(db.session.scalars(select(Elector.person_hmac))) == before
    assert db.session.scalar(select(func.count()).select_from(Ballot)) == 0
