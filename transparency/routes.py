"""The log as people read it: how it is, what an entry says, and how to check both."""

from __future__ import annotations

import json

from flask import Blueprint, Response, jsonify, render_template, request

from core.clock import now
from core.db import db
from core.policy import public
from core.web import settings
from transparency.cosignatures import Witness, parse_witnesses
from transparency.proofs import consistency as consistency_proof
from transparency.proofs import inclusion
from transparency.queries import log_status
from transparency.words import SIGNING, subject_link, title_of

blueprint = Blueprint("log", __name__, url_prefix="/log")


@blueprint.get("/")
@public
def status() -> str:
    """Whether the record is being signed, who vouches for it, and how to check it oneself."""
    found = log_status(db.session, witnesses())
    trouble = SIGNING.get(found.trouble or "")
    return render_template("transparency/log.html", log=found, trouble=trouble, at=now())


@blueprint.get("/entries/<int:seq>")
@public
def entry(seq: int) -> str:
    """One entry: what it says, and the proof that it is in what was signed."""
    found = inclusion(db.session, seq)
    return render_template(
        "transparency/entry.html",
        found=found,
        title=title_of(found.row.type),
        subjects=[subject_link(kind, ref) for kind, ref in sorted(found.row.subjects)],
        body=json.dumps(json.loads(found.row.body), ensure_ascii=False, indent=2),
    )


@blueprint.get("/entries/<int:seq>/proof.json")
@public
def proof(seq: int) -> Response:
    """The proof of one entry, for ``verify.py --proof`` or any other program."""
    response = jsonify(inclusion(db.session, seq).as_json())
    response.headers["Content-Disposition"] = f'attachment; filename="log-entry-{seq}.json"'
    return response


@blueprint.get("/consistency")
@public
def consistency() -> Response:
    """The proof that the log only grew since it had a size."""
    typed = request.args.get("from", "")
    size = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    return jsonify(consistency_proof(db.session, size))


def witnesses() -> list[Witness]:
    """The witnesses that the settings name; none where the setting can't be read."""
    try:
        return parse_witnesses(settings().witnesses)
    except ValueError:
        return []
