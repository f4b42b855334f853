"""The web server and the worker live and die together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from config import Settings
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


def test_a_real_site_gets_no_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONGZHI_STRIPE_KEY", raising=False)
    monkeypatch.delenv("GONGZHI_DEMO", raising=False)
    assert serve.stand_in("1") == []
    monkeypatch.setenv("GONGZHI_DEMO", "1")
    monkeypatch.setenv("GONGZHI_STRIPE_KEY", "sk_test_real")
    assert serve.stand_in("1") == []


def test_the_demonstration_gets_a_stand_in_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGZHI_DEMO", "1")
    for name in ("KEY", "WEBHOOK_SECRET", "BASE"):
        monkeypatch.setenv(f"GONGZHI_STRIPE_{name}", "")
    (process,) = serve.stand_in("1")
    try:
        assert os.environ["GONGZHI_STRIPE_BASE"].startswith("http://127.0.0.1:")
        assert os.environ["GONGZHI_STRIPE_KEY"].startswith("sk_test_")
        assert Settings.from_env().stripe_base == os.environ["GONGZHI_STRIPE_BASE"]
    finally:
        process.terminate()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()
