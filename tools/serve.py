"""Runs the web server and the job worker side by side; when one ends, the other is stopped.

The demonstration gets a stand-in for the payment service beside them, unless it has a key for the
real one.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from tools import localstripe

BIN = Path(sys.executable).parent
GRACE_SECONDS = 10


def commands(host: str, port: str) -> list[list[str]]:
    """The two processes of one installation, bound to ``host:port``.

    The web server is not given the key that signs the log: it has no use for it.
    """
    web = [
        *("env", "-u", "GONGZHI_LOG_KEY"),
        str(BIN / "gunicorn"),
        "--worker-class=gthread",
        f"--workers={os.environ.get('WEB_CONCURRENCY', '2')}",
        "--threads=8",
        "--no-control-socket",
        f"--bind={host}:{port}",
        "app:create_app()",
    ]
    return [web, [str(BIN / "flask"), "--app", "app", "worker"]]


def run(host: str, port: str) -> int:
    """Serve until Ctrl-C, SIGTERM, or the end of either process; returns an exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    processes = stand_in(port)
    processes += [subprocess.Popen(command) for command in commands(host, port)]
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.2)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(processes)


def stand_in(port: str) -> list[subprocess.Popen[bytes]]:
    """In the demonstration, a payment service on this machine that tells the web server what is
    paid; the settings for it are passed on to the processes started next."""
    if os.environ.get("GONGZHI_DEMO") != "1" or os.environ.get("GONGZHI_STRIPE_KEY"):
        return []
    try:
        process, base = localstripe.start()
    except RuntimeError as error:
        print(f"{error}: cards cannot be tried out", file=sys.stderr)
        return []
    secret = f"whsec_{secrets.token_hex(16)}"
    localstripe.register(base, f"http://{localstripe.LOOPBACK}:{port}/hooks/stripe", secret)
    os.environ |= {
        "GONGZHI_STRIPE_KEY": "sk_test_demo",
        "GONGZHI_STRIPE_WEBHOOK_SECRET": secret,
        "GONGZHI_STRIPE_BASE": base,
    }
    return [process]


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        # Both take SIGINT as "finish what you are at"; SIGTERM would cut the worker's job short.
        process.send_signal(signal.SIGINT)
    for process in processes:
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    sys.exit(run(host=sys.argv[1], port=sys.argv[2]))
