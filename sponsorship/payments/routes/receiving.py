"""Where providers send their messages. Whoever sends one is known by the signature alone."""

from __future__ import annotations

import structlog
from flask import request
from flask.typing import ResponseReturnValue

from core.clock import now
from core.errors import Conflict, Invalid
from core.policy import requires
from core.web import csrf
from sponsorship.payments import events
from sponsorship.payments.following import Silent
from sponsorship.payments.providers.protocol import Forged
from sponsorship.payments.routes import hooks

log = structlog.get_logger()
MOST_BYTES = 512 * 1024


@hooks.post("/hooks/stripe")
@csrf.exempt
@requires("core:anyone")
def stripe() -> ResponseReturnValue:
    """Take a message of Stripe. An answer of 2xx says that it need not come again."""
    if (request.content_length or 0) > MOST_BYTES:
        return _answer("too large", 413)
    payload = request.get_data(cache=False)
    try:
        status = events.take("stripe", payload, request.headers.get("Stripe-Signature", ""), now())
    except Invalid:
        return _answer("not set up", 404)
    except Forged as error:
        log.warning("payments.forged", reason=str(error))
        return _answer("not accepted", 400)
    except Conflict:
        return _answer("known with another content", 409)
    except Silent:
        return _answer("come again", 503)
    return _answer(status.value, 200)


def _answer(words: str, status: int) -> ResponseReturnValue:
    return words, status, {"Content-Type": "text/plain; charset=utf-8"}
