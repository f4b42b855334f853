"""Pages that belong to no room: home, language, type size, health, style guide."""

from __future__ import annotations

from pathlib import Path

from flask import (
    Blueprint,
    Response,
    abort,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    send_from_directory,
)
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from core.db import db
from core.i18n import LOCALE_COOKIE, LOCALES, gettext
from core.migrate import pending_migrations
from core.panels import render_panels
from core.policy import public
from core.style_samples import samples
from core.web import ELDER_COOKIE, limiter, safe_next, settings

blueprint = Blueprint("core", __name__)
YEAR = 365 * 24 * 3600


@blueprint.get("/")
@public
def home() -> str:
    """What can be done now, where, and until when."""
    return render_template("core/home.html", panels=render_panels(db.session, "home"))


@blueprint.get("/language/<code>")
@public
def language(code: str) -> BaseResponse:
    """Choose a language and come back to the same page."""
    if code not in LOCALES:
        abort(404)
    return _with_cookie(LOCALE_COOKIE, code)


@blueprint.get("/large-type/<state>")
@public
def elder(state: str) -> BaseResponse:
    """Switch large type on or off and come back to the same page."""
    if state not in {"on", "off"}:
        abort(404)
    return _with_cookie(ELDER_COOKIE, state)


def _with_cookie(name: str, value: str) -> BaseResponse:
    response = redirect(safe_next(request.args.get("next")))
    response.set_cookie(
        name,
        value,
        max_age=YEAR,
        secure=settings().secure_cookies,
        httponly=True,
        samesite="Lax",
    )
    return response


@blueprint.get("/media/<name>")
@public
def media(name: str) -> BaseResponse:
    """A re-encoded photo; its name is its content's hash, so it never changes."""
    response = send_from_directory(settings().media, name, mimetype="image/webp", max_age=YEAR)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@blueprint.get("/healthz")
@public
@limiter.exempt
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
@limiter.exempt
def readyz() -> tuple[Response, int]:
    """The database answers and is at this version's migration."""
    try:
        db.session.execute(text("SELECT 1"))
        behind = pending_migrations(db.engine)
    except SQLAlchemyError:
        return jsonify(status="database unreachable"), 503
    if behind:
        return jsonify(status="migrations pending"), 503
    return jsonify(status="ready"), 200


@blueprint.get("/offline")
@public
def offline() -> str:
    """What the installed app shows without a network."""
    return render_template("core/offline.html")


@blueprint.get("/sw.js")
@public
def service_worker() -> BaseResponse:
    """The service worker, served at the root so that it covers the whole site."""
    path = Path(str(blueprint.root_path)).parent / "static" / "sw.js"
    response = send_file(path, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """What the phone needs to install the site as an app."""
    conf = settings()
    name = gettext("Gongzhi")
    icons = [
        {
            "src": f"/static/icons/icon-{size}.png",
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any maskable",
        }
        for size in (192, 512)
    ]
    response = jsonify(
        name=conf.site_name_zh,
        short_name=name,
        start_url="/",
        display="standalone",
        background_color="#faf8f3",
        theme_color="#faf8f3",
        icons=icons,
    )
    response.mimetype = "application/manifest+json"
    return response


@blueprint.get("/style")
@public
def style() -> str:
    """The living style guide, in demo and tests only."""
    if not (settings().demo or settings().testing):
        abort(404)
    return render_template("core/style.html", **samples())
