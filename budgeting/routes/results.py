"""Results as everybody reads and checks them."""

from __future__ import annotations

import io
import tempfile
from typing import BinaryIO, cast

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    render_template,
    request,
    send_file,
    stream_with_context,
)
from werkzeug.wrappers import Response as BaseResponse

from budgeting.models import RoundState
from budgeting.pabulib_export import export_limits, export_round, openings
from budgeting.result_page import result_of
from budgeting.result_steps import courses_of
from budgeting.result_words import percent
from budgeting.results import Head, find_head
from core.clock import now
from core.db import db
from core.errors import Conflict, NotFound
from core.i18n import lazy_gettext
from core.policy import public
from core.web import limiter

blueprint = Blueprint("budgeting_results", __name__)
blueprint.add_app_template_filter(percent)
LONGEST_WANTED = 100
# Files of whole elections: enough for a person, too few to keep the server busy.
limit_files = limiter.shared_limit("30 per minute", scope="ballot-files")


@blueprint.get("/rounds/<int:round_id>/result")
@public
def result(round_id: int) -> str:
    """Who won and why, who turned out, and how to count again; before, how far the count is."""
    head = find_head(db.session, round_id, report=True)
    if not head.readable(now()):
        return render_template("budgeting/result_waiting.html", head=head, counting=_counting(head))
    wanted = request.args.get("q", "")[:LONGEST_WANTED]
    result = result_of(db.session, head, wanted)
    return render_template("budgeting/result.html", result=result, head=head, wanted=wanted)


@blueprint.get("/rounds/<int:round_id>/result/steps")
@public
def steps(round_id: int) -> str:
    """How the winners were found, one after the other."""
    head = _readable(round_id, report=True)
    courses = courses_of(db.session, head)
    return render_template("budgeting/result_steps.html", courses=courses, head=head)


@blueprint.get("/rounds/<int:round_id>/result/progress")
@public
def progress(round_id: int) -> Response:
    """How far the count is, for the waiting page, which this reloads when there is a result."""
    head = find_head(db.session, round_id)
    page = render_template("budgeting/_result_progress.html", head=head, counting=_counting(head))
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    if not _counting(head):
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.get("/rounds/<int:round_id>/result/ballots-<int:area_id>.pb")
@public
@limit_files
def pabulib(round_id: int, area_id: int) -> BaseResponse:
    """The ballots of one budget as a Pabulib file."""
    _readable(round_id)
    # On disk rather than in memory: it may be large, and must be whole before it is sent.
    file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - closed when it is sent
    text = io.TextIOWrapper(file, "utf-8", newline="")
    export_round(db.session, round_id, text, area_id)
    text.detach().seek(0)
    name = f"ballots-{round_id}-{area_id}.pb"
    return send_file(file, "text/plain", as_attachment=True, download_name=name)


@blueprint.get("/rounds/<int:round_id>/result/limits-<int:area_id>.json")
@public
def limits(round_id: int, area_id: int) -> Response:
    """What may win together of one budget, for whoever counts its Pabulib file again."""
    _readable(round_id)
    response = jsonify(export_limits(db.session, round_id, area_id))
    name = f"limits-{round_id}-{area_id}.json"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


@blueprint.get("/rounds/<int:round_id>/result/ballots.jsonl")
@public
@limit_files
def opened(round_id: int) -> Response:
    """Every counted ballot with what opens its commitment in the record."""
    if _readable(round_id).imported:
        raise NotFound(lazy_gettext("An imported election has no commitments in our record."))
    response = Response(
        stream_with_context(openings(db.session, round_id)), mimetype="application/x-ndjson"
    )
    name = f"ballots-{round_id}.jsonl"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _counting(head: Head) -> bool:
    return head.state == RoundState.CLOSED and not head.failed


def _readable(round_id: int, *, report: bool = False) -> Head:
    head = find_head(db.session, round_id, report=report)
    if not head.readable(now()):
        raise Conflict(lazy_gettext("Ballots are published together with the result."))
    return head
