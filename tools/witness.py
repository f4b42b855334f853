"""A witness: signs that a log only ever grew, so that it cannot show different people different
histories. Anybody can run one (C2SP tlog-witness with cosignature/v1).

    python witness.py create witness.example/me key.txt      makes a key, prints its public part
    python witness.py serve key.txt state/ --log VKEY [--log VKEY …] [--listen 127.0.0.1:8042]

Give the public part and the address to whoever runs the log; VKEY is the log's own public key.
Needs Python 3.11 and one package: pip install cryptography. Put a TLS proxy in front of it. Keep
the state folder: it is what this witness remembers.
"""

from __future__ import annotations

import argparse
import base64
import fcntl
import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

WITNESS, HASH = b"\x04", 32
MOST_BYTES, MOST_HASHES = 64 * 1024, 63
PATIENCE_SECONDS = 10


class Refused(Exception):
    """What is not signed, as HTTP says it."""

    def __init__(self, status: int, body: str, content_type: str = "text/plain") -> None:
        super().__init__(body)
        self.status, self.body, self.content_type = status, body, content_type


@dataclass(frozen=True)
class Key:
    """A public key and its owner's name."""

    name: str
    kind: bytes
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Key:
        """From ``name+hash+key``; ValueError for anything else."""
        name, _, rest = text.strip().partition("+")
        material = base64.b64decode(rest.partition("+")[2], validate=True)
        found = cls(name, material[:1], material[1:])
        if str(found) != text.strip() or len(found.public) != HASH:
            raise ValueError("this is no public key")
        return found

    @property
    def ident(self) -> bytes:
        """What signatures name it by."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:4]

    def __str__(self) -> str:
        encoded = base64.b64encode(self.kind + self.public).decode()
        return f"{self.name}+{self.ident.hex()}+{encoded}"


@dataclass(frozen=True)
class Request:
    """A checkpoint that somebody wants signed, with the proof that it grew from an older one."""

    old: int
    proof: list[bytes]
    text: str
    signatures: list[tuple[str, bytes]]
    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, body: bytes) -> Request:
        """Refuses what is not as the protocol has it."""
        try:
            head, _, note = body.decode().partition("\n\n")
            text, _, lines = note.rpartition("\n\n")
            first, *hashes = head.split("\n")
            origin, size, root = text.split("\n")[:3]
            found = cls(
                old=_number(first.removeprefix("old ")),
                proof=[base64.b64decode(one, validate=True) for one in hashes],
                text=f"{text}\n",
                signatures=[_signature(line) for line in lines.splitlines()],
                origin=origin,
                size=_number(size),
                root=base64.b64decode(root, validate=True),
            )
        except ValueError as error:
            raise Refused(400, f"{error}\n") from error
        wrong = [one for one in (found.root, *found.proof) if len(one) != HASH]
        if wrong or not first.startswith("old ") or len(hashes) > MOST_HASHES:
            raise Refused(400, "not a request of this protocol\n")
        return found

    def signed_by(self, key: Key) -> bool:
        """Whether the log signed it."""
        for name, material in self.signatures:
            if (name, material[:4]) == (key.name, key.ident):
                public = ed25519.Ed25519PublicKey.from_public_bytes(key.public)
                with suppress(InvalidSignature):
                    public.verify(material[4:], self.text.encode())
                    return True
        return False


class Witness:
    """What was seen of each log, on disk; one request at a time looks and writes."""

    def __init__(self, secret: str, folder: Path, logs: Sequence[Key]) -> None:
        name, _, rest = secret.strip().removeprefix("PRIVATE+KEY+").partition("+")
        seed = base64.b64decode(rest.partition("+")[2], validate=True)[1:]
        self.private = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        self.key = Key(name, WITNESS, self.private.public_key().public_bytes_raw())
        self.folder, self.logs, self.lock = folder, {log.name: log for log in logs}, Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self.alone = (folder / "lock").open("w")
        try:
            fcntl.flock(self.alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.alone.close()
            raise

    def add_checkpoint(self, body: bytes) -> str:
        """The signature line for a checkpoint that continues what was seen before."""
        asked = Request.parse(body)
        log = self.logs.get(asked.origin)
        if log is None:
            raise Refused(404, "this log is not known here\n")
        if not asked.signed_by(log):
            raise Refused(403, "the log did not sign this\n")
        if asked.old > asked.size:
            raise Refused(400, "a log does not shrink\n")
        with self.lock:
            size, root = self.seen(asked.origin)
            if asked.old != size or (size == asked.size and size and root != asked.root):
                raise Refused(409, f"{size}\n", "text/x.tlog.size")
            if not _continues(asked, root):
                raise Refused(422, "the proof does not show that the log grew from what it was\n")
            self.remember(asked)
        return self.sign(asked.text)

    def seen(self, origin: str) -> tuple[int, bytes]:
        """Size and root of a log as it was seen last; 0 before."""
        if not self.path(origin).exists():
            return 0, b""
        known = json.loads(self.path(origin).read_text(encoding="utf-8"))
        return known["size"], bytes.fromhex(known["root"])

    def remember(self, asked: Request) -> None:
        """Write what was seen, for good: whole or not at all, whenever the machine stops."""
        path = self.path(asked.origin)
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as out:
            json.dump({"origin": asked.origin, "size": asked.size, "root": asked.root.hex()}, out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
        folder = os.open(self.folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def path(self, origin: str) -> Path:
        """The file of a log."""
        return self.folder / f"{hashlib.sha256(origin.encode()).hexdigest()}.json"

    def sign(self, text: str) -> str:
        """A cosignature, with the time."""
        now = int(time.time())
        signed = self.private.sign(f"cosignature/v1\ntime {now}\n{text}".encode())
        encoded = base64.b64encode(self.key.ident + now.to_bytes(8, "big") + signed).decode()
        return f"— {self.key.name} {encoded}\n"


def grown_roots(
    old: int, new: int, proof: Sequence[bytes], first: bytes | None
) -> tuple[bytes, bytes]:
    """Both roots that a proof of consistency (RFC 6962, 2.1.2) leads to, where ``first`` is that of
    the old tree; ValueError for none."""
    if not 0 < old <= new or (old == new) != (len(proof) == (first is None)):
        raise ValueError("this is no such proof")
    if old == new:
        return (first or proof[0],) * 2
    half = 1 << (new - 1).bit_length() - 1
    if old <= half:
        before, after = grown_roots(old, half, proof[:-1], first)
        return before, _node(after, proof[-1])
    before, after = grown_roots(old - half, new - half, proof[:-1], None)
    return _node(proof[-1], before), _node(proof[-1], after)


def _continues(asked: Request, root: bytes) -> bool:
    if not asked.old:
        return not asked.proof
    try:
        return grown_roots(asked.old, asked.size, asked.proof, root) == (root, asked.root)
    except ValueError:
        return False


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _number(text: str) -> int:
    if not re.fullmatch("0|[1-9][0-9]{0,17}", text):
        raise ValueError("a size is a plain number")
    return int(text)


def _signature(line: str) -> tuple[str, bytes]:
    dash, name, encoded = line.split(" ")
    if dash != "—":
        raise ValueError("a signature line begins with a dash")
    return name, base64.b64decode(encoded, validate=True)


class Handler(BaseHTTPRequestHandler):
    """HTTP around a witness."""

    timeout = PATIENCE_SECONDS
    protocol_version = "HTTP/1.1"
    witness: Witness

    def do_POST(self) -> None:
        """Answer add-checkpoint."""
        length = self.headers.get("Content-Length", "")
        try:
            if self.path != "/add-checkpoint":
                raise Refused(404, "there is only /add-checkpoint\n")
            if not length.isdigit() or int(length) > MOST_BYTES:
                raise Refused(413, "too long\n")
            self.answer(200, self.witness.add_checkpoint(self.rfile.read(int(length))))
        except Refused as refused:
            self.answer(refused.status, refused.body, refused.content_type)

    def answer(self, status: int, body: str, content_type: str = "text/plain") -> None:
        """Send a short text; hang up where part of the request may be unread."""
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        if status != 200:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)


def create(name: str, path: Path) -> int:
    """Make a key in a new file; print its public part."""
    private = ed25519.Ed25519PrivateKey.generate()
    key = Key(name, WITNESS, private.public_key().public_bytes_raw())
    encoded = base64.b64encode(WITNESS + private.private_bytes_raw()).decode()
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
        out.write(f"PRIVATE+KEY+{name}+{key.ident.hex()}+{encoded}\n")
    print(key)
    return 0


def main() -> int:
    """Run the program; see the top of this file."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    commands = parser.add_subparsers(required=True, dest="command")
    made = commands.add_parser("create")
    made.add_argument("name")
    made.add_argument("key", type=Path)
    served = commands.add_parser("serve")
    served.add_argument("key", type=Path)
    served.add_argument("state", type=Path)
    served.add_argument("--log", action="append", required=True, type=Key.parse)
    served.add_argument("--listen", default="127.0.0.1:8042")
    given = parser.parse_args()
    if given.command == "create":
        return create(given.name, given.key)
    Handler.witness = Witness(given.key.read_text(encoding="utf-8"), given.state, given.log)
    host, _, port = given.listen.rpartition(":")
    server = ThreadingHTTPServer((host, int(port)), Handler)
    print(f"{Handler.witness.key} at http://{host}:{server.server_port}", flush=True)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
