"""Python modules in fresh processes, with their seconds and their largest memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer
from typing import Any

from config import ROOT

LONGEST = 120


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


def python(
    arguments: Sequence[str], env: dict[str, str] | None = None, longest: int = LONGEST
) -> Run:
    """Run a module. Raises ``RuntimeError`` if it fails or takes more than ``longest`` seconds."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        command = [sys.executable, "-m", *arguments]
        process = subprocess.Popen(command, env=os.environ | (env or {}), cwd=ROOT, stdout=out)
        with _stopped_after(process, longest):
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
