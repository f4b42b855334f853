"""Finds the Chromium that the browser tests and screenshots run in, fetching one if needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FONT_PACKAGE = "fonts-wqy-microhei"


def launch_flags() -> list[str]:
    """Command-line flags for every Chromium started here: quiet, and able to run as root."""
    flags = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-gpu",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
    ]
    if os.geteuid() == 0:
        # Containers run as root with a tiny /dev/shm; Chromium's sandbox refuses the one and
        # its pages crash on the other.
        flags += ["--no-sandbox", "--disable-dev-shm-usage"]
    return flags


def find_chromium() -> str:
    """Path of a Chromium that starts; fetches one only when none is installed.

    ``GONGZHI_CHROMIUM`` names one to prefer. Raises ``RuntimeError`` when none can be had.
    """
    for path in _candidates():
        if path and _starts(path):
            return path
    raise RuntimeError("No Chromium found: install one, or name it in GONGZHI_CHROMIUM.")


def ensure_chinese_font() -> None:
    """Install a font with Chinese characters where we may; warn where we may not."""
    if not shutil.which("fc-list") or _output("fc-list", ":lang=zh"):
        return
    _apt_install(FONT_PACKAGE)
    if not _output("fc-list", ":lang=zh"):
        print("warning: no Chinese font; screenshots will show boxes", file=sys.stderr)


def _candidates() -> Iterator[str | None]:
    """Cheapest first. Lazy, so that nothing is fetched once an earlier one has started."""
    yield os.environ.get("GONGZHI_CHROMIUM")
    yield from map(shutil.which, NAMES)
    yield _playwright_path()
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    yield _playwright_path()
    _apt_install("chromium")
    yield shutil.which("chromium")


def _playwright_path() -> str:
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _starts(path: str) -> bool:
    """A browser may be there and yet lack the libraries it needs."""
    return Path(path).is_file() and bool(_output(path, "--version"))


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout if done.returncode == 0 else ""


def _apt_install(*packages: str) -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", *packages], check=False)


if __name__ == "__main__":
    ensure_chinese_font()
    print(find_chromium())
