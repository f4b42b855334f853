"""Pages for visitors who are not signed in, shared among them for a few seconds."""

from __future__ import annotations

from flask import Flask, Response, g, request, session
from flask_caching import Cache
from flask_login import current_user

from core.i18n import current_locale

cache = Cache()
KEY = "shared_page_key"


def register(app: Flask) -> None:
    """Share whole GET pages per address, language and type size; never across people.

    A page is only kept when its request had no session and its response starts none.
    """
    seconds: int = app.config["SETTINGS"].page_cache_seconds
    app.config.update(CACHE_TYPE="SimpleCache", CACHE_THRESHOLD=2000)
    cache.init_app(app)
    if not seconds:
        return

    @app.before_request
    def serve() -> Response | None:
        key = _key()
        body = cache.get(key) if key else None
        if body is not None:
            return Response(body, mimetype="text/html")
        if key:
            setattr(g, KEY, key)
        return None

    @app.after_request
    def remember(response: Response) -> Response:
        key = g.pop(KEY, None)
        if key and _shareable(response):
            cache.set(key, response.get_data(), timeout=seconds)
        return response


def _key() -> str | None:
    if request.method != "GET" or request.endpoint in {None, "static"}:
        return None
    if session or current_user.is_authenticated:
        return None
    elder = request.cookies.get("elder", "")
    return f"page:{current_locale()}:{elder}:{request.host}:{request.full_path}"


def _shareable(response: Response) -> bool:
    return (
        response.status_code == 200
        and response.mimetype == "text/html"
        and not response.is_streamed
        and not session.modified
        and not response.headers.getlist("Set-Cookie")
        and "no-store" not in response.headers.get("Cache-Control", "")
    )
