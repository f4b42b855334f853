"""In CI a skipped test fails the run: a missing tool must not look like a passing test."""

from __future__ import annotations

import os

import pytest
from _pytest.terminal import TerminalReporter


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a green run red when something was skipped."""
    if os.environ.get("CI") == "true" and not session.exitstatus and _skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """Say which skipped tests made a CI run fail."""
    if os.environ.get("CI") == "true":
        for report in _skipped(config):
            terminalreporter.write_line(
                f"skipped, which CI does not allow: {report.nodeid}", red=True
            )


def _skipped(config: pytest.Config) -> list[pytest.TestReport]:
    """Reports of the skipped tests; none in an xdist worker, which has no reporter."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped: list[pytest.TestReport] = reporter.stats.get("skipped", []) if reporter else []
    return skipped
