"""What everybody reads: the calls, each one as it holds and as it was, and the proofs."""

from __future__ import annotations

from flask import Response, render_template, request

from core.canonical import canonical
from core.clock import now
from core.db import db
from core.errors import NotFound
from core.i18n import lazy_gettext
from core.panels import render_panels
from core.policy import public as everybody
from sponsorship.guidance.cases import CallCase, public_call
from sponsorship.guidance.queries.listing import public_calls
from sponsorship.guidance.queries.page import call_page, version_page
from sponsorship.guidance.routes import public
from transparency.log import timeline


@public.get("/partners/calls")
@everybody
def index() -> str:
    """What the authorities lay down for partners."""
    page = public_calls(db.session, page_number(), now())
    return render_template("sponsorship/guidance/calls.html", page=page)


@public.get("/partners/calls/<int:call_id>")
@everybody
def call(call_id: int) -> str:
    """A call as it holds, everything that it was before, and what it looks for partners for."""
    page = call_page(db.session, public_call(call_id), now())
    panels = render_panels(db.session, "sponsorship.call", page.call)
    return render_template(
        "sponsorship/guidance/call.html",
        page=page,
        call=page.call,
        case=CallCase(page.call),
        panels=panels,
    )


@public.get("/partners/calls/<int:call_id>/versions/<int:number>")
@everybody
def version(call_id: int, number: int) -> str:
    """A version as it was published: pledges made under it keep it."""
    found = public_call(call_id)
    page = version_page(db.session, found, number)
    return render_template("sponsorship/guidance/version.html", page=page, call=found)


@public.get("/partners/calls/<int:call_id>/versions/<int:number>.json")
@everybody
def version_text(call_id: int, number: int) -> Response:
    """The bytes of a version whose SHA-256 is on record."""
    texts = timeline(db.session, ("call", public_call(call_id).id), types=("call.text",))
    for entry in texts:
        if entry.body["number"] == number:
            return Response(canonical(entry.body), mimetype="application/json")
    raise NotFound(lazy_gettext("There is no such page."))


def page_number() -> int:
    """Which page of a list the address asks for."""
    typed = request.args.get("page", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 1
