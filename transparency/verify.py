"""Checks an exported Gongzhi log and its ledger, without a network, trusting nobody.

    python verify.py gongzhi-log.zip [--vkey KEY] [--checkpoint SAVED] [--save FILE] [--lang zh]
    python verify.py --proof log-entry-17.json [--vkey KEY] [--checkpoint SAVED]

Needs Python 3.11 and one package: pip install cryptography. Exit code 0: everything holds;
1: something does not, each thing named; 2: it could not be checked.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

EMPTY = hashlib.sha256(b"").digest()
SHOWN = 100
Row = dict[str, Any]
Line = tuple[int | None, Row]
MIRROR = (
    ("debit", "credit"),
    ("credit", "debit"),
    ("amount", "amount"),
    ("currency", "currency"),
    ("code", "code"),
)
# Between which accounts a project's or pledge's money moves; with "+" those of one payee. As none goes below its
# floor, paid <= invoiced <= accepted <= contracted <= committed; settled <= signed, doubled <= set aside.
WAYS = {
    ("commit", "appropriation", "encumbrance"), ("contract", "encumbrance", "encumbrance+"), ("uncontract", "encumbrance+", "encumbrance"), ("accept", "encumbrance+", "encumbrance_reserve+"), ("unaccept", "encumbrance_reserve+", "encumbrance+"), ("invoice", "project+", "vendor_payable+"), ("spend", "encumbrance", "unallocated"),
    ("spend", "encumbrance_reserve+", "unallocated"), ("pay", "vendor_payable+", "bank"), ("pledge", "pledge_receivable", "sponsor"), ("unpledge", "sponsor", "pledge_receivable"), ("settle", "provider_clearing", "pledge_receivable"), ("settle_bank", "bank", "pledge_receivable"), ("restrict", "unallocated", "sponsor_restricted"),
    ("unrestrict", "sponsor_restricted", "unallocated"), ("refund_due", "sponsor", "refund_payable"), ("refunded", "refund_payable", "provider_clearing"), ("refunded_bank", "refund_payable", "bank"), ("dispute", "sponsor", "dispute_reserve"), ("sponsor_commit", "sponsor_restricted", "encumbrance"), ("match", "appropriation", "matching"),
    ("unmatch", "matching", "appropriation"), ("match_commit", "matching", "encumbrance"),
}  # fmt: skip
TEXTS = {
    "signed": ("The log's key signed {size} entries, root {root}.", "日志的密钥签了 {size} 条，根哈希 {root}。"),
    "own key": ("The key is the one in the export itself. Compare it with what others have: {vkey}", "用的是导出文件里自带的公钥，请和别人手里的比一比：{vkey}"),
    "given key": ("The key is the one you gave.", "用的是您给的公钥。"),
    "cosigned": ("The witness {name} vouches for it.", "见证方 {name} 也签了名。"),
    "tree": ("All {size} entries are exactly those that were signed; every tile of the tree fits.", "全部 {size} 条内容与签名时完全一致，哈希树逐块相符。"),
    "grown": ("It continues your saved checkpoint of {old} entries: none was changed or taken back.", "它延续了您保存的检查点（{old} 条）：没有一条被改动或撤掉。"),
    "included": ("Entry {seq} is among the {size} that were signed. It says: {leaf}", "第 {seq} 条在已签名的 {size} 条之中。内容是：{leaf}"),
    "ledger": ("The ledger's {lines} lines are exactly those in the log ({unsigned} not signed yet); balances and totals follow from them; no account went below its floor.", "账本的 {lines} 笔与日志逐笔相同（其中 {unsigned} 笔还没签名）；余额和合计都能由它们算出；没有账户透支。"),
    "no ledger": ("There is no ledger in this export: only the log was checked.", "这份导出里没有账本，只核对了日志。"),
    "limits": ("This can't prove: that others see the same log (compare checkpoints, or ask for witnesses); that what was never recorded did not happen; that the bank holds this money; that documents are genuine.", "这证明不了：别人看到的是同一份日志（请互相比对检查点，或要求有见证方）；没有记录的事就没有发生；银行里真有这些钱；单据是真的。"),
    "no saved": ("Without a checkpoint that you saved before, it can't show that older history was not rewritten as a whole. Save one with --save.", "没有您以前保存的检查点，就看不出整个历史有没有被重写。请用 --save 保存一份。"),
    "not cosigned": ("This witness did not sign it: {name}", "这个见证方没有签名：{name}"),
    "unreadable": ("This could not be checked, as it is not what it should be: {error}", "没法核对，因为文件不是应有的样子：{error}"),
    "bad signature": ("The checkpoint is not signed by this key.", "检查点不是这把密钥签的。"),
    "bad entry": ("Entry {seq} is not what was signed. It now says: {leaf}", "第 {seq} 条与签名时不一致。现在的内容是：{leaf}"),
    "no entry": ("Entry {seq} is missing.", "缺少第 {seq} 条。"),
    "bad place": ("Entry {seq} says that it is entry {said}.", "第 {seq} 条自称是第 {said} 条。"),
    "bad tile": ("The tile {name} of the tree was changed or is missing.", "哈希树的分块 {name} 被改过，或者缺失。"),
    "bad root": ("The entries do not give the signed root.", "由各条内容算不出签名里的根哈希。"),
    "rewritten": ("History was rewritten: your saved checkpoint of {old} entries has another root. Keep it: with its signature it proves this.", "历史被重写：您保存的检查点（{old} 条）根哈希不同。请留好，它的签名就是证据。"),
    "shorter": ("The log has lost entries: {old} in your saved checkpoint, {size} now.", "日志变短了：您保存时有 {old} 条，现在只有 {size} 条。"),
    "another log": ("Your saved checkpoint is of another log or key.", "您保存的检查点属于另一份日志，或由另一把密钥签名。"),
    "bad proof": ("The proof does not lead to the signed root.", "这份证明得不出签名里的根哈希。"),
    "differs": ("Line {id}: {field} is {ledger} in the ledger, but {log} in the log.", "第 {id} 笔：{field} 在账本里是 {ledger}，在日志里是 {log}。"),
    "removed": ("Line {id} over {amount} is in the log, entry {seq}, but not in the ledger.", "第 {id} 笔（{amount}）在日志第 {seq} 条里有，账本里没有。"),
    "added": ("Line {id} over {amount} is in the ledger, but was never logged.", "第 {id} 笔（{amount}）账本里有，日志里从来没有。"),
    "rule": ("Line {id} breaks a rule: {rule}.", "第 {id} 笔违反规则：{rule}。"),
    "floor": ("Line {id} takes account {account} below its floor, to {balance}.", "第 {id} 笔使账户 {account} 透支到 {balance}。"),
    "balance": ("Account {account}: the balance kept is {kept}, but its lines give {replayed}.", "账户 {account}：记着的余额是 {kept}，由各笔算出是 {replayed}。"),
    "total": ("Total of {code} in {currency}: {kept} is published, but the lines give {replayed}.", "{currency} {code} 合计：公布的是 {kept}，由各笔算出是 {replayed}。"),
    "more": ("… and {count} more.", "……还有 {count} 处。"),
    "holds": ("Everything holds.", "全部相符。"),
    "fails": ("{count} things do NOT hold.", "有 {count} 处不相符。"),
}  # fmt: skip


class Report:
    """What was proved and what does not hold, in words."""

    def __init__(self, lang: str) -> None:
        self.lang, self.problems = lang == "zh", 0

    def say(self, text: str, mark: str = " ", **values: Any) -> None:
        print(mark, TEXTS[text][self.lang].format(**values))

    def wrong(self, text: str, **values: Any) -> None:
        self.problems += 1
        if self.problems <= SHOWN:
            self.say(text, "✗", **values)

    def end(self) -> int:
        if self.problems > SHOWN:
            self.say("more", "✗", count=self.problems - SHOWN)
        self.say(
            "fails" if self.problems else "holds",
            "✗" if self.problems else "✓",
            count=self.problems,
        )
        self.say("limits", "·")
        return int(self.problems > 0)


class Files:
    """An export, as a folder or as the zip that the site gives."""

    def __init__(self, path: Path) -> None:
        self.folder = path
        self.zip = None if path.is_dir() else zipfile.ZipFile(path)
        self.names = set(self.zip.namelist()) if self.zip else set()

    def open(self, name: str) -> IO[bytes]:
        """The file, empty where there is none."""
        if self.zip:
            inside = f"gongzhi-log/{name}"
            return self.zip.open(inside) if inside in self.names else io.BytesIO()
        path = self.folder / name
        return path.open("rb") if path.is_file() else io.BytesIO()

    def read(self, name: str) -> bytes:
        with self.open(name) as found:
            return found.read()

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return f"gongzhi-log/{name}" in self.names or (
            not self.zip and (self.folder / name).is_file()
        )

    def rows(self, name: str) -> Iterator[Row]:
        with self.open(name) as found:
            yield from map(json.loads, found)


class Checkpoint:
    """A signed note over origin, size and root; what is none of that raises ValueError."""

    def __init__(self, note: str) -> None:
        self.text, blank, lines = note.rpartition("\n\n")
        self.text += "\n"
        self.origin, size, root = self.text.split("\n")[:3]
        self.size, self.root = int(size), base64.b64decode(root, validate=True)
        if not blank or len(self.root) != len(EMPTY):
            raise ValueError("this is no checkpoint")
        self.signatures = [line.split(" ")[1:] for line in lines.splitlines()]

    def signed_by(self, vkey: str) -> bool:
        """Whether a log (key type 1) or a witness (type 4) of that key signed it."""
        name, _, rest = vkey.strip().partition("+")
        material = base64.b64decode(rest.partition("+")[2])
        ident = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
        for signer, encoded in self.signatures:
            signature = base64.b64decode(encoded)
            if signer == name and signature[:4] == ident:
                signature, text = signature[4:], self.text
                if material[0] == 4:
                    time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
                    text = f"cosignature/v1\ntime {time}\n{text}"
                try:
                    Ed25519PublicKey.from_public_bytes(material[1:]).verify(
                        signature, text.encode()
                    )
                except InvalidSignature:
                    return False
                return True
        return False


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two parts of the tree."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """The RFC 6962 tree of leaves that are added one by one. Each hash that a tile holds is handed
    on with the level of its tile."""

    def __init__(self, tile: Callable[[int, bytes], object]) -> None:
        self.size, self.stack, self.tile = 0, list[bytes](), tile

    def add(self, found: bytes) -> None:
        rest, height = self.size, 0
        self.tile(0, found)
        while rest & 1:
            found = node_hash(self.stack.pop(), found)
            rest, height = rest >> 1, height + 1
            if not height & 7:
                self.tile(height >> 3, found)
        self.stack.append(found)
        self.size += 1

    def root(self) -> bytes:
        if not self.stack:
            return EMPTY
        found = self.stack[-1]
        for left in self.stack[-2::-1]:
            found = node_hash(left, found)
        return found


def included_root(seq: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that a proof of inclusion (RFC 6962, 2.1.1) leads to; ValueError for none."""
    if not 0 <= seq < size or (size == 1) != (not proof):
        raise ValueError("this is no such proof")
    if size == 1:
        return leaf
    half = 1 << (size - 1).bit_length() - 1
    if seq < half:
        return node_hash(included_root(seq, half, leaf, proof[:-1]), proof[-1])
    return node_hash(proof[-1], included_root(seq - half, size - half, leaf, proof[:-1]))


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
        return before, node_hash(after, proof[-1])
    before, after = grown_roots(old - half, new - half, proof[:-1], None)
    return node_hash(proof[-1], before), node_hash(proof[-1], after)


def leaves(data: bytes) -> list[bytes]:
    """The entries of a bundle, each behind its length in two bytes."""
    found, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        found.append(data[at + 2 : end])
        at = end
    return found


def path_of(place: int, width: int) -> str:
    """A tile's address: 1234067 is x001/x234/067."""
    parts = [f"{place % 1000:03}"]
    while place := place // 1000:
        parts.insert(0, f"x{place % 1000:03}")
    return "/".join(parts) + (f".p/{width}" if width < 256 else "")


class LogCheck:
    """Every entry and every tile of an export, against what was signed."""

    def __init__(self, files: Files, signed: Checkpoint, old: Checkpoint | None) -> None:
        self.files, self.signed, self.old = files, signed, old
        self.tree, self.old_root = Tree(self.tile), EMPTY
        self.made: dict[int, tuple[int, bytearray]] = defaultdict(lambda: (0, bytearray()))
        self.found: list[bytes] = []
        self.bad_tiles: list[str] = []
        self.bad_entries: list[tuple[int, bytes]] = []

    def lines(self, report: Report) -> Iterator[Line]:
        """Checks it all; gives the lines of the ledger that are in the entries meanwhile."""
        before = report.problems
        for start in range(0, self.signed.size, 256):
            width = min(256, self.signed.size - start)
            bundle = self.files.read(f"tile/entries/{path_of(start // 256, width)}")
            self.found = (leaves(bundle) + [b""] * width)[:width]
            for seq, leaf in enumerate(self.found, start):
                self.tree.add(leaf_hash(leaf))
                if self.old and self.tree.size == self.old.size:
                    self.old_root = self.tree.root()
                yield from lines_of(seq, leaf, report)
        for level in [level for level, (_, hashes) in self.made.items() if hashes]:
            self.compare(level)
        self.tell(report)
        if self.old:
            self.tell_growth(self.old, report)
        if report.problems == before:
            report.say("tree", "✓", size=self.signed.size)

    def tile(self, level: int, found: bytes) -> None:
        """Takes a hash of the tree, and compares a tile when it is whole."""
        self.made[level][1].extend(found)
        if len(self.made[level][1]) == 256 * 32:
            self.compare(level)

    def compare(self, level: int) -> None:
        """The tile that the entries give with the one in the export."""
        place, hashes = self.made[level]
        self.made[level] = (place + 1, bytearray())
        name = f"tile/{level}/{path_of(place, len(hashes) // 32)}"
        kept = self.files.read(name)
        if kept == hashes:
            return
        self.bad_tiles.append(name)
        for at in range(len(hashes) // 32 if level == 0 else 0):
            if kept[at * 32 : at * 32 + 32] != hashes[at * 32 : at * 32 + 32]:
                self.bad_entries.append((place * 256 + at, self.found[at]))

    def tell(self, report: Report) -> None:
        """Says whether it is the entries or only the tiles that are not as they were signed."""
        changed = self.tree.root() != self.signed.root
        for seq, leaf in self.bad_entries if changed else ():
            words = leaf.decode(errors="replace")
            report.wrong("bad entry" if leaf else "no entry", seq=seq, leaf=words)
        for name in self.bad_tiles if not (changed and self.bad_entries) else ():
            report.wrong("bad tile", name=name)
        if changed:
            report.wrong("bad root")

    def tell_growth(self, old: Checkpoint, report: Report) -> None:
        """Says whether what the reader saved before is the beginning of this log."""
        if old.size > self.signed.size:
            report.wrong("shorter", old=old.size, size=self.signed.size)
        elif self.old_root != old.root:
            report.wrong("rewritten", old=old.size)
        else:
            report.say("grown", "✓", old=old.size)


def lines_of(seq: int | None, leaf: bytes, report: Report) -> Iterator[Line]:
    """The ledger's lines in an entry; says when the entry stands in a place that is not its own."""
    try:
        value = json.loads(leaf)
        posted, said = value["type"] == "ledger.posted", value.get("seq")
    except (ValueError, KeyError, TypeError):
        return
    if said != seq:
        report.wrong("bad place", seq=seq, said=said)
    if posted:
        yield from ((seq, line) for line in value["body"]["lines"])


def check_ledger(files: Files, logged: Iterator[Line], report: Report) -> None:
    """Checks that the ledger is what was logged, keeps its rules, and adds up to what is published."""
    books, pairs, before = Books(files, report), Pairs(report), report.problems
    # Both run nearly in one order, so that little waits for its counterpart.
    for line, row in zip_longest(logged, files.rows("ledger/transfers.jsonl")):
        if row:
            books.post(row)
            pairs.booked(row)
        if line:
            pairs.logged(line)
    if not files.has("ledger/transfers.jsonl") and not pairs.in_log:
        report.say("no ledger", "·")
        return
    pairs.tell_single()
    books.compare()
    if report.problems == before:
        report.say("ledger", "✓", lines=pairs.lines, unsigned=pairs.unsigned)


class Pairs:
    """Each line of the ledger beside what was logged of it."""

    def __init__(self, report: Report) -> None:
        self.report, self.lines, self.unsigned = report, 0, 0
        self.in_ledger: dict[int, Row] = {}
        self.in_log: dict[int, Line] = {}

    def booked(self, row: Row) -> None:
        """Takes a line of the ledger."""
        self.lines += 1
        if line := self.in_log.pop(row["id"], None):
            self.compare(row, line[1])
        else:
            self.in_ledger[row["id"]] = row

    def logged(self, line: Line) -> None:
        """Takes a line of an entry."""
        self.unsigned += line[0] is None
        if row := self.in_ledger.pop(line[1]["id"], None):
            self.compare(row, line[1])
        else:
            self.in_log[line[1]["id"]] = line

    def compare(self, row: Row, line: Row) -> None:
        """Says in which fields the two differ."""
        for field in sorted(row.keys() | line.keys()) if row != line else ():
            ours, theirs = row.get(field), line.get(field)
            if ours != theirs:
                self.report.wrong("differs", id=row["id"], field=field, ledger=ours, log=theirs)

    def tell_single(self) -> None:
        """Says which lines have no counterpart."""
        for seq, line in self.in_log.values():
            self.report.wrong("removed", seq=seq, **line)
        for row in self.in_ledger.values():
            self.report.wrong("added", **row)


def on_its_way(row: Row, debit: Row | None, credit: Row | None) -> bool:
    """Whether a line moves a project's money as its code says, within one project and payee."""
    if row["code"] not in {way[0] for way in WAYS} or not (debit and credit):
        return True
    ends = (credit, debit) if row["reverses"] else (debit, credit)
    named = (row["code"], *(end["kind"] + "+" * bool(end["payee"]) for end in ends))
    one = [len({end[of] for end in ends} - {None}) <= 1 for of in ("cost_centre", "payee")]
    return named in WAYS and all(
        one["commit" in row["code"] or "match" in row["code"] :]
    )  # between purposes


class Books:
    """The accounts, replayed line by line."""

    def __init__(self, files: Files, report: Report) -> None:
        self.files, self.report, self.last = files, report, -1
        self.accounts = {row["id"]: row for row in files.rows("ledger/accounts.jsonl")}
        self.sums: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
        self.totals: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        with files.open("ledger/transfers.jsonl") as found:
            wanted = (
                json.loads(line).get("reverses") for line in found if b'"reverses":null' not in line
            )
            self.reversed = Counter(filter(None, wanted))
        self.originals: dict[Any, Row] = {}
        self.low: set[Any] = set()

    def post(self, row: Row) -> None:
        """Checks one line by the rules, and adds it up."""
        debit, credit = self.accounts.get(row["debit"]), self.accounts.get(row["credit"])
        original = self.originals.get(row["reverses"])
        mirror = original and all(row[a] == original[b] for a, b in MIRROR)
        broken = {
            "number": type(row["id"]) is not int or row["id"] <= self.last,
            "amount > 0": type(row["amount"]) is not int or row["amount"] <= 0,
            "debit <> credit": row["debit"] == row["credit"],
            "actor <> approver": row["actor"] is not None and row["actor"] == row["approver"],
            "account": not debit
            or not credit
            or any(
                account[name] != row[name]
                for account in (debit, credit)
                for name in ("fund", "currency")
            ),
            "accounts of its code": not on_its_way(row, debit, credit),
            "reversal = mirror": bool(row["reverses"]) and not mirror,
            "reversed once": self.reversed[row["id"]] > 1,
        }
        for rule in [rule for rule, is_broken in broken.items() if is_broken]:
            self.report.wrong("rule", id=row["id"], rule=rule)
        if row["id"] in self.reversed:
            self.originals[row["id"]] = row
        self.last = row["id"]
        total = self.totals[row["currency"], row["code"]]
        # A line that undoes another counts against it.
        total[0] += 1
        total[1] += -row["amount"] if row["reverses"] else row["amount"]
        for side, name in enumerate(("debit", "credit")):
            sums = self.sums[row[name]]
            sums[side] += row["amount"]
            account = self.accounts.get(row[name], {"floored": False})
            if (
                account["floored"]
                and row[name] not in self.low
                and (sums[0] - sums[1]) * (1 if account["normal"] == "debit" else -1) < 0
            ):
                self.low.add(row[name])  # what follows from it is not told again
                self.report.wrong(
                    "floor", id=row["id"], account=row[name], balance=-abs(sums[0] - sums[1])
                )

    def compare(self) -> None:
        """What was added up with what is published."""
        kept = {
            row["account"]: [row["debits"], row["credits"]]
            for row in self.files.rows("ledger/balances.jsonl")
        }
        for ident in kept.keys() | self.sums.keys():
            if kept.get(ident, [0, 0]) != self.sums[ident]:
                self.report.wrong(
                    "balance", account=ident, kept=kept.get(ident), replayed=self.sums[ident]
                )
        published = {
            (currency, code): [total["lines"], total["amount"]]
            for currency, codes in json.loads(
                self.files.read("ledger/totals.json") or b"{}"
            ).items()
            for code, total in codes.items()
        }
        for key in sorted(published.keys() | self.totals.keys()):
            if published.get(key) != self.totals[key]:
                self.report.wrong(
                    "total",
                    currency=key[0],
                    code=key[1],
                    kept=published.get(key),
                    replayed=self.totals[key],
                )


def pending(files: Files, report: Report) -> Iterator[Line]:
    """The ledger's lines in facts that no signature covers yet."""
    with files.open("pending.jsonl") as found:
        for fact in found:
            yield from lines_of(None, fact, report)


def check_signature(signed: Checkpoint, vkey: str, given: Any, report: Report) -> Checkpoint | None:
    """Checks who signed; gives the checkpoint that the reader saved, if it is of the same log."""
    if not signed.signed_by(vkey):
        report.wrong("bad signature")
    else:
        root = base64.b64encode(signed.root).decode()
        report.say("signed", "✓", size=signed.size, root=root)
    report.say("given key" if given.vkey else "own key", "·", vkey=vkey)
    for witness in given.witness:
        ok = signed.signed_by(witness)
        (report.say if ok else report.wrong)("cosigned" if ok else "not cosigned", name=witness)
    if not given.checkpoint:
        report.say("no saved", "·")
        return None
    saved = Checkpoint(Path(given.checkpoint).read_text(encoding="utf-8"))
    if saved.origin != signed.origin or not saved.signed_by(vkey):
        report.wrong("another log")
        return None
    return saved


def check_export(files: Files, given: Any, report: Report) -> None:
    """Checks a whole export."""
    signed = Checkpoint(files.read("checkpoint").decode())
    vkey = given.vkey or files.read("vkey").decode().strip()
    saved = check_signature(signed, vkey, given, report)
    lines = LogCheck(files, signed, saved).lines(report)
    check_ledger(files, chain(lines, pending(files, report)), report)
    if given.save and not report.problems:
        Path(given.save).write_bytes(files.read("checkpoint"))


def check_proof(proof: Row, given: Any, report: Report) -> None:
    """Checks the proof of one entry, or that the log grew."""
    signed = Checkpoint(proof["checkpoint"])
    saved = check_signature(signed, given.vkey or proof["vkey"], given, report)
    hashes = [base64.b64decode(one, validate=True) for one in proof["hashes"]]
    if any(len(one) != len(EMPTY) for one in hashes):
        raise ValueError("a hash of the proof is cut off")
    if proof["kind"] == "inclusion":
        leaf = base64.b64decode(proof["leaf"])
        if included_root(proof["seq"], signed.size, leaf_hash(leaf), hashes) != signed.root:
            report.wrong("bad proof")
        else:
            report.say("included", "✓", seq=proof["seq"], size=signed.size, leaf=leaf.decode())
        return
    first = base64.b64decode(proof["from_root"])
    if saved and (saved.size, saved.root) != (proof["from"], first):
        report.wrong("rewritten", old=saved.size)
    elif grown_roots(proof["from"], signed.size, hashes, first) != (first, signed.root):
        report.wrong("bad proof")
    else:
        report.say("grown", "✓", old=proof["from"])


def main(arguments: list[str] | None = None) -> int:
    """Runs the program; see the top of this file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("export", nargs="?", type=Path, help="the folder or zip to check")
    parser.add_argument("--proof", type=Path, help="a proof from an entry's page instead")
    parser.add_argument("--vkey", help="the log's public key, as you know it")
    parser.add_argument("--checkpoint", help="a checkpoint that you saved before")
    parser.add_argument("--save", help="where to save the checkpoint if everything holds")
    parser.add_argument("--witness", action="append", default=[], help="a witness's public key")
    parser.add_argument("--lang", choices=("en", "zh"), default="en")
    given = parser.parse_args(arguments)
    report = Report(given.lang)
    try:
        if given.proof:
            check_proof(json.loads(given.proof.read_bytes()), given, report)
        elif given.export:
            check_export(Files(given.export), given, report)
        else:
            parser.error("an export or --proof is needed")
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        zipfile.BadZipFile,
    ) as error:
        report.say("unreadable", "✗", error=f"{type(error).__name__}: {error}")
        return 2
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
