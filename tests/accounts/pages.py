"""Filling in pages as a browser does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from accounts.notices import tell
from core.clock import now
from core.db import transaction

PHONE = "13800138000"
TEXT = {"zh_Hans": "您的提案通过了。", "en": "Your proposal passed."}


def told(person: int, url: str = "/areas") -> None:
    """Tell somebody something."""
    with transaction() as session:
        tell(session, person, TEXT, url, now())


def token(browser: FlaskClient, page: str) -> str:
    """The CSRF token on a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(page).text)
    assert found, f"{page} has no form"
    return found[1]


def fill_in(browser: FlaskClient, page: str, to: str | None = None, **fields: Any) -> TestResponse:
    """Open ``page``, fill in ``fields`` and send them (``to`` another address)."""
    data = {"csrf_token": token(browser, page)} | fields
    return browser.post(to or page, data=data)


def messages(app: Flask) -> list[dict[str, str]]:
    """What has been sent to phones and mailboxes so far."""
    path: Path = app.config["SETTINGS"].instance / "messages.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def last_code(app: Flask) -> str:
    """The code in the newest message."""
    found = re.search(r"\d{6}", messages(app)[-1]["text"])
    assert found
    return found[0]


def ask_code(browser: FlaskClient, address: str = PHONE, query: str = "") -> TestResponse:
    """Ask for a code on the sign-in page."""
    return fill_in(browser, "/sign-in" + query, address=address)


def other_than(code: str) -> str:
    """Six digits that are not this code."""
    return f"{(int(code) + 1) % 10**6:06d}"
