"""Equal shares and Phragmen beside pabutools; the largest elections; how time grows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.chart import Panel, draw
from bench.elections import made_up
from bench.process import LONGEST, Run, python
from bench.table import PAGE, Row, plain_table, publish
from config import ROOT

FOLDER = ROOT.parent / "shared" / "pabulib"
LODZ, WARSZAWA, BUDAPEST = "Poland_Lodz_2022", "Poland_Warszawa_2026", "Hungary_Budapest_2024"
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
LARGE = 10_000_000
COMMAND = ["budgeting.tally", "--rule", "equal-shares", "--completion", "add1-utilitarian"]
VOTERS = (10_000, 100_000, 1_000_000, 10_000_000)
PROJECTS = (25, 50, 100, 200, 400, 800)
PARTS = (1, 4, 16, 64)  # of a unit of the currency, by which money is raised


def run() -> str:
    """Measure and publish; returns the tables. Raises ``RuntimeError`` where that fails."""
    with TemporaryDirectory() as folder:
        files = {name: _file(name, Path(folder)) for name in (LODZ, WARSZAWA, BUDAPEST)}
        rows = [_plain(name, files[name]) for name in (LODZ, WARSZAWA)]
        rows += [_raised(name, files[name], most) for name, most in RAISED.items()]
        rows += [_phragmen(files[LODZ]), _cold(files[LODZ]), _largest()]
        missing = sorted(name for name, file in files.items() if file.parent != FOLDER)
    note = f"Made up, as the real file is not at hand: {', '.join(missing)}." if missing else ""
    return publish("tally", rows, note) + publish_growth()


RAISED = {LODZ: 0.2, WARSZAWA: None, BUDAPEST: 10}


def _file(name: str, folder: Path) -> Path:
    real = FOLDER / f"{name}.pb"
    return real if real.exists() else made_up(folder / f"{name}.pb")


def _work(*arguments: str, longest: int = LONGEST) -> Run:
    return python(["bench.worker", *arguments], ONE_CORE, longest)


def _ours(rule: str, completion: str, file: Path, times: int = 5) -> Any:
    return _work("ours", rule, completion, str(times), str(file)).answer()


@cache
def _theirs(rule: str, file: Path) -> Any:
    """What pabutools needs and finds; ``None`` if it takes too long."""
    try:
        return _work("theirs", rule, str(file)).answer()
    except RuntimeError:
        return None


def _beside(theirs: Any, took: float, how: str = "") -> tuple[str, str]:
    """What is said of pabutools, and the ratio."""
    if theirs is None:
        return f"pabutools{how}: not done after {LONGEST} s", f"under {took / LONGEST:.3f}"
    seconds = theirs["seconds"]
    return f"pabutools{how}: {seconds:.1f} s", f"1/{seconds / took:.0f}"


def _title(name: str) -> str:
    return name.replace("_", " ")


def _plain(name: str, file: Path) -> Row:
    ours, theirs = _ours("equal-shares", "none", file), _theirs("equal-shares", file)
    if theirs and ours["selected"] != theirs["selected"]:
        raise RuntimeError(f"{name}: the winners differ")
    took = ours["seconds"]
    return Row(
        f"Equal shares, {_title(name)}",
        f"{took:.3f} s",
        *_beside(theirs, took),
        "at most 1/100",
        (theirs["seconds"] if theirs else LONGEST) >= 100 * took,
    )


def _raised(name: str, file: Path, most: float | None) -> Row:
    took = _ours("equal-shares", "add1-utilitarian", file, 5 if most and most < 1 else 2)["seconds"]
    return Row(
        f"Equal shares, add1-utilitarian, {_title(name)}",
        f"{took:.2f} s",
        *_beside(_theirs("equal-shares", file), took, ", without raising"),
        f"under {most} s" if most else "none set",
        took < most if most else None,
    )


def _phragmen(file: Path) -> Row:
    took = _ours("phragmen", "none", file)["seconds"]
    beside = _beside(_theirs("phragmen", file), took)
    return Row(f"Phragmén, {_title(LODZ)}", f"{took:.2f} s", *beside, "none set", None)


def _cold(file: Path) -> Row:
    """The whole command, from starting Python to the printed table."""
    runs = [python([*COMMAND, str(file)], ONE_CORE) for _ in range(5)]
    seconds, megabytes = median(r.seconds for r in runs), max(r.megabytes for r in runs)
    bare = median(python(["this"], ONE_CORE).seconds for _ in range(5))
    return Row(
        f"The whole command, cold, add1-utilitarian, {_title(LODZ)}",
        f"{seconds:.2f} s, {megabytes:.0f} MB",
        f"starting Python: {bare:.2f} s",
        f"{seconds / bare:.0f}",
        "under 1.5 s, 300 MB",
        seconds < 1.5 and megabytes < 300,
    )


def _largest() -> Row:
    done = _work("synthetic", str(LARGE), "200", "1", longest=900)
    found = done.answer()
    return Row(
        f"Equal shares, add1-utilitarian, {LARGE:,} ballots × 200 projects, "
        f"{found['increments']} increments",
        f"{found['seconds']:.0f} s, {done.megabytes:.0f} MB",
        f"making it up: {found['made']:.0f} s; one run: {found['plain']:.1f} s",
        f"{found['seconds'] / found['plain']:.0f} runs",
        "at most 120 s, 4,000 MB",
        found["seconds"] <= 120 and done.megabytes <= 4000,
    )


def publish_growth() -> str:
    """Draw how time grows, and print the figures beneath."""
    panels = [
        _panel("Voters", VOTERS, ((str(v), "100", "1") for v in VOTERS)),
        _panel("Projects", PROJECTS, (("100000", str(p), "1") for p in PROJECTS)),
        _panel("Increments", (), (("100000", "100", str(p)) for p in PARTS)),
    ]
    (PAGE.parent / "images" / "growth.svg").write_text(draw(panels), encoding="utf-8")
    rows = [(p.name, f"{x:,}", f"{y:.2f} s") for p in panels for x, y in p.points]
    return plain_table("growth", ("grows", "to", "takes"), rows)


def _panel(name: str, sizes: Iterable[int], tasks: Iterable[tuple[str, str, str]]) -> Panel:
    """One series; without sizes, the increments that were needed count."""
    found = [_work("synthetic", *task, longest=600).answer() for task in tasks]
    places = list(sizes) or [answer["increments"] for answer in found]
    return Panel(name, [(x, a["seconds"]) for x, a in zip(places, found, strict=True)])
