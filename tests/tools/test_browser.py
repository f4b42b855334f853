"""The browser that the tests start is one that really starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import browser


def script(path: Path, body: str) -> str:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_the_browser_named_by_hand_is_preferred(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = script(tmp_path / "mine", "echo Chromium 1")
    monkeypatch.setenv("GONGZHI_CHROMIUM", mine)
    assert browser.find_chromium() == mine


def test_a_browser_that_cannot_start_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGZHI_CHROMIUM", script(tmp_path / "broken", "exit 127"))
    script(tmp_path / "chromium", "echo Chromium 2")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert browser.find_chromium() == str(tmp_path / "chromium")


def test_no_browser_anywhere_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "_candidates", lambda: iter([None, "/nowhere/chromium"]))
    with pytest.raises(RuntimeError, match="No Chromium found"):
        browser.find_chromium()
