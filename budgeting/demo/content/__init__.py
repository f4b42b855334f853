"""What the demo's people say and do, in Chinese with English."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from core.types import Texts

ROUNDS = ("past", "delivery", "results", "voting", "review", "submission", "draft")


def read(name: str) -> dict[str, Any]:
    """One of the files beside this module. A text is a pair there: Chinese, then English."""
    found: dict[str, Any] = json.loads(files(__name__).joinpath(f"{name}.json").read_text("utf-8"))
    return found


def texts(pair: list[str], **values: object) -> Texts:
    """Such a pair as a text in both languages, its placeholders filled."""
    return {
        locale: text.format(**values) if values else text
        for locale, text in zip(("zh_Hans", "en"), pair, strict=True)
        if text
    }
