"""An export of a made-up log, as large as wanted, each entry with one line of the ledger."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from transparency.keys import SigningKey
from transparency.leaves import leaf_bytes
from transparency.notes import Checkpoint
from transparency.tiles import HASH, WIDTH, At, edge_places, grow, path_of, reader
from transparency.tree import leaf_hash, root

AT = datetime(2026, 1, 1, tzinfo=UTC)
ACCOUNTS = 1_000
GRANT = 10**14
Row = dict[str, Any]


def write(folder: Path, leaves: int) -> None:
    """Write it into a new folder."""
    tiles: dict[At, bytes] = {}
    books = Books(folder / "ledger")
    for start in range(0, leaves, WIDTH):
        entries = [_entry(seq, books) for seq in range(start, min(leaves, start + WIDTH))]
        data = b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
        _put(folder / "tile/entries" / path_of(start // WIDTH, len(entries)), data)
        edge = {at: tiles[at] for at in edge_places(start)}
        tiles |= grow(start, edge, [leaf_hash(entry) for entry in entries])
    for (level, place), data in tiles.items():
        _put(folder / f"tile/{level}" / path_of(place, len(data) // HASH), data)
    books.close()
    key = SigningKey.create("bench.example/log")
    signed = key.sign(str(Checkpoint(key.name, leaves, root(reader(tiles), leaves))))
    _put(folder / "checkpoint", str(signed).encode())
    _put(folder / "vkey", str(key.verifier).encode())


class Books:
    """The files of the ledger, written as the lines are made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.out = (folder / "transfers.jsonl").open("w", encoding="utf-8")
        self.sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        self.totals: dict[str, Row] = defaultdict(lambda: {"lines": 0, "amount": 0})

    def add(self, line: Row) -> None:
        """Book a line."""
        self.out.write(json.dumps(line, separators=(",", ":")) + "\n")
        self.sums[line["debit"]][0] += line["amount"]
        self.sums[line["credit"]][1] += line["amount"]
        self.totals[line["code"]]["lines"] += 1
        self.totals[line["code"]]["amount"] += line["amount"]

    def close(self) -> None:
        """Write what follows from the lines."""
        self.out.close()
        with (self.folder / "accounts.jsonl").open("w", encoding="utf-8") as out:
            for ident in self.sums:
                side = "credit" if ident == 2 else "debit"
                account = {"id": ident, "fund": 1, "currency": "CNY", "normal": side}
                out.write(json.dumps(account | {"floored": True}) + "\n")
        with (self.folder / "balances.jsonl").open("w", encoding="utf-8") as out:
            for ident, (debit, credit) in self.sums.items():
                kept = {"account": ident, "debits": debit, "credits": credit}
                out.write(json.dumps(kept) + "\n")
        _put(self.folder / "totals.json", json.dumps({"CNY": self.totals}).encode())


def _entry(seq: int, books: Books) -> bytes:
    debit, credit, amount, code = (3 + seq % ACCOUNTS, 1, 1_000 + seq % 7, "pay")
    if seq == 0:
        debit, credit, amount, code = 1, 2, GRANT, "receive"
    group = str(UUID(int=seq + 10**12))
    line = {
        "id": seq + 1,
        "group": group,
        "code": code,
        "debit": debit,
        "credit": credit,
        "fund": 1,
        "cost_centre": seq % 97,
        "payee": seq % 1_000,
        "amount": amount,
        "currency": "CNY",
        "reverses": None,
        "voucher": seq,
        "effective_on": "2026-01-01",
        "recorded_at": "2026-01-01T00:00:00.000000Z",
        "actor": 1,
        "approver": 2,
        "key": f"voucher:{seq}:{code}",
    }
    books.add(line)
    body = json.dumps({"group": group, "lines": [line]}, sort_keys=True, separators=(",", ":"))
    subjects = [("fund", "1"), ("transfer group", group), ("voucher", str(seq))]
    return leaf_bytes(seq, "ledger.posted", AT, body, subjects)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
