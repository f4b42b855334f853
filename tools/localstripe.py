"""Runs localstripe, a stand-in for Stripe, for the demo and the tests: bound to this machine only,
and keeping nothing on disk. No money moves."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request

LOOPBACK = "127.0.0.1"


def serve(port: int) -> None:
    """Serve until SIGTERM or Ctrl-C; the first line of the output is the port, for 0 a free one."""
    import socket  # noqa: PLC0415 - whoever only starts it needs neither

    from aiohttp import web  # noqa: PLC0415
    from localstripe import resources, server  # noqa: PLC0415

    # Its own would write everything into one file in /tmp, for whoever asks next.
    resources.Store.dump_to_disk = lambda self: None
    listener = socket.create_server((LOOPBACK, port))
    print(listener.getsockname()[1], flush=True)
    web.run_app(server.app, sock=listener, print=None, access_log=None)


def start(port: int = 0) -> tuple[subprocess.Popen[bytes], str]:
    """Start it in a process of its own; gives that and its address."""
    command = [sys.executable, "-m", "tools.localstripe", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line:
        raise RuntimeError("localstripe did not start")
    return process, f"http://{LOOPBACK}:{int(line)}"


def forget(base: str) -> None:
    """Have it forget everything that it keeps."""
    request = urllib.request.Request(f"{base}/_config/data", method="DELETE")
    with urllib.request.urlopen(request, timeout=10):
        pass


def register(base: str, url: str, secret: str) -> None:
    """Have its events sent to ``url``, signed with ``secret``."""
    said = json.dumps({"url": url, "secret": secret}).encode()
    request = urllib.request.Request(f"{base}/_config/webhooks/gongzhi", said)
    with urllib.request.urlopen(request, timeout=10):
        pass


if __name__ == "__main__":
    serve(int(sys.argv[1]))
