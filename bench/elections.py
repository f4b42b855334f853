"""A real election imported and counted, each time in a fresh process, and so by pabutools."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

from bench.servers import postgres
from bench.table import Row, publish
from config import ROOT

FILE = ROOT.parent / "shared" / "pabulib" / "Poland_Lodz_2022.pb"
BALLOTS, PROJECTS, CHOICES = 90_494, 160, 5
MOST_MEGABYTES = 600
LONGEST = 120
META = {
    "description": "An election made up for measuring",
    "country": "China",
    "unit": "Xinghe",
    "instance": "2022",
    "num_projects": PROJECTS,
    "num_votes": BALLOTS,
    "budget": 6_000_000,
    "vote_type": "approval",
    "rule": "greedy",
    "date_begin": "07.10.2022",
    "date_end": "31.10.2022",
    "max_length": CHOICES,
    "language": "en",
    "currency": "CNY",
}


@dataclass(frozen=True, slots=True)
class Run:
    """A finished process: its seconds, its largest memory in megabytes, what it printed."""

    seconds: float
    megabytes: float
    printed: str

    def words(self) -> str:
        """As the table shows it."""
        return f"{self.seconds:.1f} s, {self.megabytes:.0f} MB"

    def answer(self) -> Any:
        """The JSON of the last line."""
        return json.loads(self.printed.splitlines()[-1])


def run() -> str:
    """Measure and publish; returns the table."""
    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        file = FILE if FILE.exists() else _made_up(Path(folder) / "made_up.pb")
        peer = _python(["bench.peer", str(file)], {})
        rows = []
        for name, address, most in (
            ("SQLite", f"sqlite:///{folder}/bench.db", 20),
            ("PostgreSQL", url, 30),
        ):
            env = {"DATABASE_URL": address, "GONGZHI_INSTANCE": folder}
            rows += _measured(name, file, env, peer, most)
    return publish("elections", rows, _note(file, peer))


def _measured(name: str, file: Path, env: dict[str, str], peer: Run, most: int) -> list[Row]:
    _flask(["db", "upgrade"], env)
    made = _flask(["rounds", "import", str(file)], env)
    count = _python(["bench.tally"], env).answer()["count"]
    theirs = peer.answer()["count"]
    return [
        Row(
            f"Import and tally, {name}",
            made.words(),
            f"pabutools reads and counts: {peer.words()}",
            f"{made.seconds / peer.seconds:.2f}",
            f"at most {most} s, {MOST_MEGABYTES} MB",
            made.seconds <= most and made.megabytes <= MOST_MEGABYTES,
        ),
        Row(
            f"Greedy tally of the imported round, {name}",
            f"{count:.2f} s",
            f"pabutools counts: {theirs:.2f} s",
            f"{count / theirs:.2f}",
            "at most 1 s",
            count <= 1,
        ),
    ]


def _flask(arguments: list[str], env: dict[str, str]) -> Run:
    return _python(["flask", "--app", "app", *arguments], env)


def _python(arguments: list[str], env: dict[str, str]) -> Run:
    """Run a module in a fresh process. Raises ``RuntimeError`` when it fails or takes too long."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        command = [sys.executable, "-m", *arguments]
        process = subprocess.Popen(command, env=os.environ | env, cwd=ROOT, stdout=out)
        with _stopped_after(process, LONGEST):
            _pid, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        out.seek(0)
        printed = out.read()
    if status:
        raise RuntimeError(f"{' '.join(arguments)} ended with status {status}")
    kilobyte = 1024 if sys.platform == "darwin" else 1
    return Run(seconds, used.ru_maxrss / 1024 / kilobyte, printed)


@contextmanager
def _stopped_after(process: subprocess.Popen[bytes], seconds: int) -> Iterator[None]:
    timer = Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _made_up(path: Path) -> Path:
    """An election of the same size, where the real one is not at hand."""
    rng = random.Random(1)  # nosec B311 # repeatable, nothing secret
    cast = [sorted(rng.sample(range(PROJECTS), rng.randint(1, CHOICES))) for _ in range(BALLOTS)]
    votes = Counter(code for codes in cast for code in codes)
    lines = [
        *("META", "key;value", *(f"{key};{value}" for key, value in META.items())),
        *("PROJECTS", "project_id;cost;votes;name"),
        *(f"{p};{rng.randrange(10, 2000)}000;{votes[p]};Project {p}" for p in range(PROJECTS)),
        *("VOTES", "voter_id;vote"),
        *(f"{voter};{','.join(map(str, codes))}" for voter, codes in enumerate(cast)),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _note(file: Path, peer: Run) -> str:
    said = "" if file == FILE else "The file was made up: the real one is not at hand. "
    return f"{said}pabutools reads the file in {peer.answer()['read']:.1f} s of these."
