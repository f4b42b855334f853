"""Asking witnesses to sign the newest checkpoint (C2SP tlog-witness); no failure stops the log."""

from __future__ import annotations

import base64
import http.client
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event
from urllib.parse import urlsplit

import structlog
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Settings
from core.clock import now
from core.db import db, transaction
from core.jobs import continuously
from transparency.cosignatures import Witness, parse_witnesses
from transparency.models import Cosignature, SignedCheckpoint
from transparency.notes import Note
from transparency.signing import Signing, newest_checkpoint, note_state
from transparency.tiles import compute
from transparency.tree import Read, prove_consistency

log = structlog.get_logger()
PAUSE_SECONDS = 2.0
RETRY_SECONDS = 60.0
TIMEOUT_SECONDS = 10.0
MOST_BYTES = 64 * 1024
SIZE_TYPE = "text/x.tlog.size"
CONFLICT = 409


class NotWitnessed(Exception):
    """Why there is no signature: a key of ``words.WITNESSING``, and the witness's own words."""

    def __init__(self, state: str, detail: str = "") -> None:
        super().__init__(f"{state} {detail}")
        self.state, self.detail = state, detail[:200]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answered."""

    status: int
    content_type: str
    body: str


def ask(session: Session, witness: Witness, checkpoint: SignedCheckpoint) -> str:
    """A witness's signature line for a checkpoint, verified. Raises ``NotWitnessed``."""
    own = select(func.max(Cosignature.size)).where(Cosignature.witness == str(witness.key))
    old = session.scalar(own) or 0
    answer = _send(witness, _request(session, checkpoint, old))
    if answer.status == CONFLICT and answer.content_type == SIZE_TYPE:
        # It has seen another state last than we know of: the proof must begin there.
        seen = int(answer.body) if answer.body.strip().isdecimal() else -1
        if seen > checkpoint.size:
            raise NotWitnessed("ahead", str(seen))
        if seen < 0 or seen == old:
            raise NotWitnessed("inconsistent", answer.body)
        answer = _send(witness, _request(session, checkpoint, seen))
    if answer.status != 200:
        known = {CONFLICT: "inconsistent", 422: "inconsistent", 403: "unknown", 404: "unknown"}
        state = known.get(answer.status, "failed")
        raise NotWitnessed(state, f"HTTP {answer.status} {answer.body.strip()}")
    return _signature(witness, checkpoint, answer.body)


def ask_all(conf: Settings) -> bool:
    """Ask every witness that has not signed the newest checkpoint; says whether all have now."""
    session = db.session
    session.rollback()
    newest = newest_checkpoint(session)
    well = True
    for witness in parse_witnesses(conf.witnesses):
        if newest is None or _has_signed(session, witness, newest.size):
            continue
        try:
            line, state, detail = ask(session, witness, newest), str(Signing.SIGNING), ""
        except NotWitnessed as why:
            line, state, detail, well = "", why.state, why.detail, False
        _keep(witness, newest.size, line, (state, detail))
        newest = newest_checkpoint(session)
    session.rollback()
    return well


@continuously("witnesses")
def run(app: Flask, stop: Event) -> None:
    """Keep witnesses up to date until stopped, where the settings name any."""
    conf: Settings = app.config["SETTINGS"]
    while conf.witnesses and not stop.is_set():
        well = False
        try:
            with app.app_context():
                well = ask_all(conf)
        except Exception:
            log.exception("log.witnesses_failed")
        stop.wait(PAUSE_SECONDS if well else RETRY_SECONDS)


def _keep(witness: Witness, size: int, line: str, state: tuple[str, str]) -> None:
    with transaction() as session:
        note_state(session, str(witness.key), *state, now())
        if line and not _has_signed(session, witness, size):
            kept = Cosignature(size=size, witness=str(witness.key), line=line, received_at=now())
            session.add(kept)


def _has_signed(session: Session, witness: Witness, size: int) -> bool:
    return session.get(Cosignature, (size, str(witness.key))) is not None


def _request(session: Session, checkpoint: SignedCheckpoint, old: int) -> str:
    proof: Sequence[bytes] = ()
    if old:
        proof = compute(session, partial(_proof, old, checkpoint.size))
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof)]
    return "\n".join(lines) + "\n\n" + checkpoint.note


def _proof(old: int, new: int, read: Read) -> list[bytes]:
    return prove_consistency(read, old, new)


def _send(witness: Witness, body: str) -> Answer:
    parts = urlsplit(witness.url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", f"{parts.path}/add-checkpoint", body.encode())
        response = connection.getresponse()
        return Answer(
            response.status,
            response.getheader("Content-Type", "").partition(";")[0].strip(),
            _read(response),
        )
    except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
        raise NotWitnessed("unreachable", str(error) or type(error).__name__) from error
    finally:
        connection.close()


def _read(response: http.client.HTTPResponse) -> str:
    """A short answer; one that is long, or drips, is given up."""
    until, data = time.monotonic() + TIMEOUT_SECONDS, b""
    while piece := response.read1(MOST_BYTES):
        data += piece
        if len(data) > MOST_BYTES or time.monotonic() > until:
            raise http.client.HTTPException("the answer is too long")
    return data.decode()


def _signature(witness: Witness, checkpoint: SignedCheckpoint, body: str) -> str:
    """That line of an answer which is the witness's own."""
    try:
        note = Note.parse(checkpoint.note + body)
        if not note.signers([witness.key]):
            raise NotWitnessed("other_key")
    except ValueError as error:
        raise NotWitnessed("failed", str(error)) from error
    own = (s for s in note.signatures if s[:2] == (witness.key.name, witness.key.ident))
    return str(Note("", (next(own),))).removeprefix("\n")
