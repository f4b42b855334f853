"""Messages of a payment service beside rows that plain Flask inserts, and the comparison of a large
balance with the books."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count, cycle, islice
from pathlib import Path
from urllib.request import Request, urlopen

from sqlalchemy import func, select

from app import create_app
from bench.fill import fill
from bench.pages import TURNS, compare
from bench.partners_fill import market, payments, pledges
from bench.process import python
from bench.servers import AGENT, Load, find_wrk, gunicorn, postgres, wrk
from bench.table import Row, publish
from config import Settings
from core.db import db, transaction
from core.migrate import upgrade
from sponsorship.models import Payment
from sponsorship.states import PaymentState

SECRET = "whsec_bench"  # nosec B105 # of nothing
# So many messages for a turn, and so many payments: no turn may come to their end.
MESSAGES, PAID, SETTLED_IN_A_TURN = 5_000, 100, 200
LINES = int(os.environ.get("BENCH_PROVIDER_LINES", "100000"))
MOST_SECONDS, MOST_TIMES, LONGEST = 60, 1.25, 900
SCRIPT = str(Path(__file__).with_name("hooks.lua"))


def run() -> str:
    """Measure and publish; returns the table. Raises ``RuntimeError`` where that cannot be done."""
    find_wrk()
    with postgres() as url, tempfile.TemporaryDirectory() as folder:
        rows = _messages(url, Path(folder))
    with postgres() as url, tempfile.TemporaryDirectory() as folder:
        rows.append(_compared("PostgreSQL", url, folder))
    with tempfile.TemporaryDirectory() as folder:
        rows.append(_compared("SQLite", f"sqlite:///{Path(folder) / 'bench.db'}", folder))
    return publish("payments", rows)


@dataclass(slots=True)
class Sender:
    """Sends messages to the address, none of them twice."""

    address: str
    folder: Path
    numbers: Callable[[], int]

    def send(self, kind: str, refs: Sequence[str], amount: int = MESSAGES) -> Load:
        """Messages of this kind about these objects, in turns, for some seconds. Raises
        ``RuntimeError`` when ``amount`` of them were too few."""
        path = self.folder / "messages.txt"
        lines = [self._line(kind, ref) for ref in islice(cycle(refs), amount)]
        path.write_text("\n".join(lines), encoding="utf-8")
        load = wrk(self.address, script=[SCRIPT, str(path), "0"])
        if load.requests > amount:
            raise RuntimeError(f"{amount} messages were too few: {load.requests} were sent")
        return load

    def once(self, kind: str, refs: Sequence[str]) -> None:
        """One message about each of these objects, one after the other. Raises ``HTTPError``."""
        for ref in refs:
            signature, body = self._line(kind, ref).split("\t")
            headers = {"User-Agent": AGENT, "Stripe-Signature": signature}
            asked = Request(self.address, body.encode(), headers)  # nosec B310 # our own address
            urlopen(asked, timeout=20).close()  # nosec B310 # our own loopback address

    def _line(self, kind: str, ref: str) -> str:
        at = int(datetime.now(UTC).timestamp())
        said = {
            "id": f"evt_{self.numbers()}",
            "object": "event",
            "type": kind,
            "created": at,
            "data": {"object": {"id": ref}},
        }
        body = json.dumps(said)
        signed = hmac.new(SECRET.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
        return f"t={at},v1={signed}\t{body}"


def _messages(url: str, folder: Path) -> list[Row]:
    env = _environment(url, str(folder))
    app = create_app(Settings.from_env(env))
    with app.app_context():
        paid, waiting = _fill()
        with (
            gunicorn("bench.hooks_app:create_app()", env) as ours,
            gunicorn("bench.bare:create_app()", env) as bare,
        ):
            rows = _loads(ours, bare, folder, paid, waiting)
        if _unpaid(waiting) == len(waiting):
            raise RuntimeError("no payment was settled")
        db.engine.dispose()
    return rows


def _loads(ours: str, bare: str, folder: Path, paid: list[str], waiting: list[str]) -> list[Row]:
    sender = Sender(f"{ours}/hooks/stripe", folder, partial(next, count(1)))
    (folder / "bare.txt").write_text("none\tx", encoding="utf-8")
    insert = partial(wrk, bare + "/", script=[SCRIPT, str(folder / "bare.txt"), "0"])
    turns = iter(range(TURNS + 1))
    settled = "payment_intent.succeeded"

    def settle() -> Load:
        turn = next(turns)
        part = waiting[turn * SETTLED_IN_A_TURN :][:SETTLED_IN_A_TURN]
        return sender.send(settled, part, len(part))

    sender.once(settled, paid)
    one_fifth = (1 / 5, "at least 1/5")
    other = partial(sender.send, "customer.created", ["cus_1"])
    again = partial(sender.send, settled, paid)
    return [
        compare(other, insert).row("A message about nothing of ours, kept", *one_fifth),
        compare(again, insert).row(
            "A message about a payment, which is asked for and settled already", *one_fifth
        ),
        compare(settle, insert).row("A message that settles: booked, on record, both sides told"),
    ]


def _unpaid(refs: Sequence[str]) -> int:
    left = select(func.count()).where(
        Payment.provider_ref.in_(refs), Payment.state != PaymentState.PAID
    )
    number = db.session.scalar(left) or 0
    db.session.rollback()
    return number


def _fill() -> tuple[list[str], list[str]]:
    """Payments that are settled before the measurement, and those that it settles."""
    upgrade(db.engine)
    now = datetime.now(UTC)
    filled = fill(now)
    many = PAID + SETTLED_IN_A_TURN * (TURNS + 1)
    with transaction() as session:
        found = market(session, filled, 50, now)
        ids = pledges(session, found, many, filled.voters[0], now, owed=True)
        refs = payments(session, ids, now)
    return refs[:PAID], refs[PAID:]


def _compared(name: str, url: str, folder: str) -> Row:
    """All lines of a balance beside a tenth of them, each in a process of its own."""
    env = _environment(url, folder)
    python(["bench.reconcile_worker", "fill", str(LINES)], env, LONGEST)
    few = python(["bench.reconcile_worker", "compare", str(LINES // 10)], env, LONGEST)
    whole = python(["bench.reconcile_worker", "compare", str(LINES)], env, LONGEST)
    took, ratio = whole.answer()["seconds"], whole.megabytes / few.megabytes
    return Row(
        f"{name}: {LINES:,} lines of a provider compared with the books",
        f"{took:.1f} s, {whole.megabytes:.0f} MB",
        f"{LINES // 10:,} lines: {few.answer()['seconds']:.1f} s, {few.megabytes:.0f} MB",
        f"memory: {ratio:.2f}",
        f"under {MOST_SECONDS} s; memory at most {MOST_TIMES} times",
        took < MOST_SECONDS and ratio <= MOST_TIMES,
    )


def _environment(url: str, folder: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "GONGZHI_INSTANCE": folder,
        "SECRET_KEY": "bench",
        "GONGZHI_SECURE_COOKIES": "off",
        "GONGZHI_RATE_LIMITS": "off",
        "GONGZHI_LOG_JSON": "on",
        "GONGZHI_STRIPE_KEY": "sk_test_bench",
        "GONGZHI_STRIPE_WEBHOOK_SECRET": SECRET,
    }
