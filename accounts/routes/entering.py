"""What every way of signing in ends with, and the limits before it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import g, redirect, request, session, url_for
from flask_limiter import RequestLimit
from flask_login import login_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from accounts.sessions import end_session, load_actor, open_session
from core.clock import now
from core.db import db
from core.errors import TooMany
from core.i18n import lazy_gettext, time_short
from core.web import limiter, safe_next

# Mobile networks put thousands of phones behind one address, so this only stops machines;
# the limit that protects people counts the codes sent to each phone and mailbox.
PER_ADDRESS = "100 per hour"
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("AlipayClient", "Alipay"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("OPR", "Opera"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)


def _too_many(limit: RequestLimit) -> None:
    until = datetime.fromtimestamp(limit.reset_at, UTC)
    raise TooMany(
        lazy_gettext(
            "Too many tries from your network. Please come back at %(time)s.",
            time=time_short(until),
        )
    )


limit_tries = limiter.shared_limit(
    PER_ADDRESS, scope="sign-in", methods=["POST"], on_breach=_too_many
)


def open_door(writing: Session, person_id: int, *, strong: bool) -> str:
    """Open a session for a person within the transaction and end the browser's former one."""
    if g.actor.id is not None:
        end_session(writing, g.actor.token, now())
    device = device_name(request.user_agent.string)
    return open_session(writing, person_id, strong=strong, device=device, now=now())


def walk_in(token: str, target: str | None) -> Response:
    """Give the browser a new cookie for the session ``token`` and go on to ``target``."""
    actor = load_actor(db.session, token, now())
    session.clear()
    login_user(actor)
    session.permanent = actor is not None and not actor.strong  # else it goes with the window
    default = url_for("accounts_member.desk" if actor and actor.strong else "accounts_member.me")
    return redirect(safe_next(target, default), 303)


def device_name(agent: str) -> str:
    """Browser and system in a few words, to recognise a session by: ``WeChat · Android``."""
    found = [_first(_BROWSERS, agent), _first(_SYSTEMS, agent)]
    return " · ".join(filter(None, found)) or re.sub(r"[^\w ./-]", "", agent)[:40]


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for mark, name in names if mark in agent), "")
