"""The web server and the worker live and die together."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from tools import serve

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
END = [sys.executable, "-c", ""]


def test_when_one_process_ends_the_other_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "commands", lambda host, port: [SLEEP, END])
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    started: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def remember(command: list[str]) -> subprocess.Popen[bytes]:
        started.append(start(command))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", remember)
    before = time.monotonic()

    assert serve.run("127.0.0.1", "0") == 1

    assert all(process.poll() is not None for process in started)
    assert time.monotonic() - before < serve.GRACE_SECONDS
