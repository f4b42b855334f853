"""Structured logs: one JSON object a line in production, readable text elsewhere."""

from __future__ import annotations

import logging
import sys

import structlog
from flask import Flask


def register(app: Flask) -> None:
    """Send structlog's and the standard library's records to standard error."""
    settings = app.config["SETTINGS"]
    level = logging.WARNING if settings.testing else logging.INFO
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=not settings.testing,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
