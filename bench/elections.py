"""A real election imported and counted, each time in a fresh process, and so by pabutools."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path

from bench.process import Run, python
from bench.servers import postgres
from bench.table import Row, publish
from config import ROOT

FILE = ROOT.parent / "shared" / "pabulib" / "Poland_Lodz_2022.pb"
BALLOTS, PROJECTS, CHOICES = 90_494, 160, 5
MOST_MEGABYTES = 600
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


def run() -> str:
    """Measure and publish; returns the table."""
    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        file = FILE if FILE.exists() else made_up(Path(folder) / "made_up.pb")
        peer = python(["bench.peer", str(file)])
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
    count = python(["bench.tally"], env).answer()["count"]
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
    return python(["flask", "--app", "app", *arguments], env)


def made_up(path: Path) -> Path:
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
