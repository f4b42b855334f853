"""Processes of their own that are soon there: forked from one that has loaded the application."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from flask import Flask

from app import create_app
from config import Settings
from core.db import db

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.loaded"])


def start(app: Flask, work: Callable[..., None], *values: object) -> tuple[BaseProcess, Connection]:
    """Start ``work(app, pipe, *values)`` in a process, with an application of its own on the
    database and in the folder of ``app``. Gives the process and the other end of its pipe, which
    ends with the process."""
    url = db.engine.url.render_as_string(hide_password=False)
    db.session.rollback()
    ours, theirs = _CONTEXT.Pipe()
    instance = app.config["SETTINGS"].instance
    process = _CONTEXT.Process(target=_run, args=(work, url, str(instance), theirs, values))
    process.start()
    theirs.close()
    return process, ours


def _run(
    work: Callable[..., None],
    url: str,
    instance: str,
    pipe: Connection,
    values: tuple[object, ...],
) -> None:
    settings = Settings(secret_key="x", instance=Path(instance), database_url=url, jobs="memory")
    work(create_app(settings), pipe, *values)
