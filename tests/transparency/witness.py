"""The witness program at work in a process of its own, and what is no witness."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from config import ROOT

NAME = "witness.example/me"


@dataclass
class Running:
    """A witness at work."""

    vkey: str
    address: str
    state: Path

    def setting(self) -> str:
        return f"{self.vkey} {self.address}"

    def post(self, body: str, path: str = "/add-checkpoint") -> tuple[int, str, str]:
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=10)
        connection.request("POST", path, body.encode())
        answer = connection.getresponse()
        found = answer.status, answer.getheader("Content-Type", ""), answer.read().decode()
        connection.close()
        return found


@contextmanager
def witness_of(log: str, folder: Path) -> Iterator[Running]:
    """The program itself, in a process of its own, for a log's key."""
    command = [sys.executable, str(ROOT / "tools" / "witness.py")]
    key = folder / "witness.key"
    if not key.exists():
        subprocess.run([*command, "create", NAME, str(key)], check=True, capture_output=True)
    serve = [*command, "serve", str(key), str(folder / "state"), "--log", log]
    with subprocess.Popen(
        [*serve, "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        vkey, _, address = process.stdout.readline().strip().partition(" at ")
        try:
            yield Running(vkey, address, folder / "state")
        finally:
            process.kill()


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """Something that is no witness; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def says(status: int, text: str, kind: str = "text/plain") -> Callable[..., None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.end_headers()
        handler.wfile.write(text.encode())

    return answer
