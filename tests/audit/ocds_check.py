"""The outside check of open contracting data: ``libcoveocds`` with published schemas, offline."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import SHARED

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = SHARED / "vectors" / "ocds-1.1.5-schema.zip"
# What makes a file wrong; the tool itself ends with 0 all the same.
WRONG = ("validation_errors", "additional_closed_codelist_values", "json_deref_error")
ODD = ("additional_fields", "additional_open_codelist_values", "deprecated_fields")


def checked(path: Path, folder: Path) -> dict[str, Any]:
    """What the tool says of a release package, by its own command."""
    tool = str(Path(sys.executable).with_name("libcoveocds"))
    options = ["--standard-zip", str(SCHEMAS), "--output-dir", str(folder / "out"), "--delete"]
    return _answer([tool, *options, str(path)])


def checked_records(path: Path) -> dict[str, Any]:
    """What it says of a record package."""
    module = [sys.executable, "-m", "tests.audit.ocds_offline"]
    return _answer([*module, str(SCHEMAS), str(path)])


def _answer(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=120, cwd=ROOT
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def wrong(found: dict[str, Any]) -> dict[str, Any]:
    """What a valid file has nothing of."""
    return {name: found[name] for name in WRONG if found.get(name)}


def odd(found: dict[str, Any]) -> dict[str, Any]:
    """What is allowed, and better avoided."""
    return {name: found[name] for name in ODD if found.get(name)}


def refuse_wrong(found: dict[str, Any]) -> None:
    """Raises ``ValueError`` for what is not valid open contracting data."""
    if problems := wrong(found):
        raise ValueError(f"not valid: {problems}")
