"""A CI run must not pass by skipping."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def exit_code(folder: Path, **environment: str) -> int:
    """How a run ends whose only tests are one that passes and one that is skipped."""
    (folder / "test_sample.py").write_text(
        "import pytest\n\ndef test_passes():\n    pass\n\n"
        "@pytest.mark.skip(reason='no browser')\ndef test_skipped():\n    pass\n"
    )
    clean = {name: value for name, value in os.environ.items() if name != "CI"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.plugins.ci",
        "-p",
        "no:cacheprovider",
    ]
    env = clean | {"PYTHONPATH": str(ROOT)} | environment
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False).returncode


def test_a_skipped_test_fails_a_ci_run(tmp_path: Path) -> None:
    assert exit_code(tmp_path, CI="true") == pytest.ExitCode.TESTS_FAILED


def test_a_skipped_test_is_fine_at_home(tmp_path: Path) -> None:
    assert exit_code(tmp_path) == pytest.ExitCode.OK
