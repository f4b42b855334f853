"""How failures are said over HTTP: one page, a sentence, and what to do next."""

from __future__ import annotations

import structlog
from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from core.db import db
from core.errors import DomainError, Refused
from core.i18n import Message, lazy_gettext

log = structlog.get_logger()

_TITLES: dict[int, Message] = {
    400: lazy_gettext("This request could not be read"),
    401: lazy_gettext("Please sign in first"),
    403: lazy_gettext("This is not open to you"),
    404: lazy_gettext("There is nothing here"),
    405: lazy_gettext("This does not work that way"),
    409: lazy_gettext("This has changed in the meantime"),
    413: lazy_gettext("That was too large"),
    422: lazy_gettext("Something does not fit yet"),
    429: lazy_gettext("That was a little too often"),
    500: lazy_gettext("Something went wrong on our side"),
    503: lazy_gettext("Not ready yet"),
}
_MESSAGES: dict[int, Message] = {
    404: lazy_gettext("The address may be mistyped, or the page was never public."),
    405: lazy_gettext("Please use the buttons on the page."),
    413: lazy_gettext("Please send fewer or smaller files: at most 10 MB each."),
    429: lazy_gettext("Please wait a minute and try again."),
}
_CSRF: Message = lazy_gettext(
    "This page had been open too long. Please go back, reload it and try again."
)


def register(app: Flask) -> None:
    """Answer every failure of ``app`` with a page in the reader's language."""
    app.register_error_handler(DomainError, domain_error)
    app.register_error_handler(CSRFError, lambda error: page(400, _CSRF))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crash)


def domain_error(error: DomainError) -> BaseResponse:
    """A domain failure; a visitor who is refused is first asked to sign in."""
    if isinstance(error, Refused) and g.actor.id is None and request.method == "GET":
        return redirect(url_for("accounts_public.sign_in", next=request.full_path))
    return page(error.status, error.message)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    code = error.code or 500
    return page(code, _MESSAGES.get(code, lazy_gettext("Please go back and try again.")))


def page(code: int, message: Message) -> Response:
    """The error page for ``code``."""
    title = _TITLES.get(code, _TITLES[400])
    body = render_template("errors/error.html", code=code, title=title, message=message)
    response = Response(body, code, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    return response


def _crash(error: Exception) -> BaseResponse:
    log.error("crash", path=request.path, exc_info=error)
    db.session.rollback()
    body = render_template("errors/plain.html", request_id=g.get("request_id", ""))
    return Response(body, 500, mimetype="text/html", headers={"Cache-Control": "no-store"})
