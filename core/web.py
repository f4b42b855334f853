"""What every response shares: the actor, headers, template globals, sign-in plumbing."""

from __future__ import annotations

import hashlib
import secrets
import time
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from core import http_errors, shared_pages
from core.i18n import TAGS, current_locale
from core.navigation import footer_items, nav_items, person_items
from core.policy import may

log = structlog.get_logger()
csrf = CSRFProtect()
login = LoginManager()
limiter = Limiter(get_remote_address, default_limits=["1200 per minute"])

ELDER_COOKIE = "elder"
CSP = (
    "default-src 'self'; img-src 'self' data: blob: {tiles}; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def settings() -> Settings:
    """The settings of the running application."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def register(app: Flask) -> None:
    """Attach sign-in, CSRF, limits, headers, error pages and template globals to ``app``."""
    conf: Settings = app.config["SETTINGS"]
    app.config.update(_flask_settings(conf))
    if conf.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=conf.proxies, x_proto=conf.proxies)  # type: ignore[method-assign]  # Flask's documented way
    app.before_request(_begin)
    login.init_app(app)
    shared_pages.register(app)
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_headers)
    http_errors.register(app)
    app.context_processor(_context)
    app.jinja_env.globals["static_url"] = static_url
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _flask_settings(conf: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": conf.secret_key,
        "SESSION_COOKIE_NAME": "__Host-session" if conf.secure_cookies else "session",
        "SESSION_COOKIE_SECURE": conf.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": 80 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 3000,
        "RATELIMIT_STORAGE_URI": conf.limits_storage,
        "RATELIMIT_ENABLED": conf.rate_limits and not conf.testing,
    }


def _begin() -> None:
    g.started = time.perf_counter()
    g.request_id = secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)
    if request.endpoint != "static":
        g.actor = current_user._get_current_object()


def _headers(response: Response) -> Response:
    head = response.headers
    head.setdefault("Content-Security-Policy", CSP.format(tiles=_tile_origin(settings().map_tiles)))
    head.setdefault("X-Content-Type-Options", "nosniff")
    head.setdefault("Referrer-Policy", "same-origin")
    head.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(self)")
    head.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    head["X-Request-Id"] = g.get("request_id", "")
    if settings().secure_cookies:
        head.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint == "static":
        if "v" in request.args:
            head["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        head.setdefault("Cache-Control", "private, no-store" if g.actor.id else "no-cache")
        head.add("Vary", "Cookie, Accept-Language")
        _log_request(response)
    return response


def _log_request(response: Response) -> None:
    log.info(
        "request",
        method=request.method,
        path=request.path,
        status=response.status_code,
        ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
    )


@lru_cache
def _tile_origin(tiles: str) -> str:
    """The origin of the configured map tiles, the only foreign host that pages may load from."""
    parts = urlsplit(tiles.replace("{s}", "*"))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def elder() -> bool:
    """Whether this visitor chose large type."""
    return request.cookies.get(ELDER_COOKIE) == "on"


def _context() -> dict[str, Any]:
    conf, locale = settings(), current_locale()
    zh = locale == "zh_Hans"
    actor = g.get("actor")
    return {
        "locale": locale,
        "locale_tag": TAGS[locale],
        "elder": elder(),
        "demo": conf.demo,
        "filing": conf.filing,
        "map_tiles": conf.map_tiles,
        "site_name": conf.site_name_zh if zh else conf.site_name_en,
        "organiser": conf.organiser_zh if zh else conf.organiser_en,
        "current_person": actor if actor is not None and actor.id else None,
        "nav_items": nav_items,
        "footer_items": footer_items,
        "person_items": person_items,
        "may": lambda name, subject=None: actor is not None and may(actor, name, subject),
    }


def static_url(path: str) -> str:
    """The address of a static file with its content's hash, so that it may be kept for ever."""
    return f"{current_app.static_url_path}/{path}?v={_file_hash(current_app.static_folder, path)}"


@lru_cache(maxsize=512)
def _file_hash(folder: str | None, name: str) -> str:
    path = Path(str(folder)) / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "0"


def safe_next(target: str | None, default: str = "/") -> str:
    """``target`` when it is a path on this site, else ``default``: no open redirects."""
    target = target or ""
    parts = urlsplit(target.replace("\\", "/"))
    if parts.scheme or parts.netloc or not target.startswith("/") or target[1:2] in {"/", "\\"}:
        return default
    return target.rstrip("?")
