"""Finds hledger, which checks the exported journals from outside, or installs Debian's."""

from __future__ import annotations

import os
import shutil
import subprocess


def find_hledger() -> str | None:
    """Path of hledger; None where there is none and none can be installed."""
    found = shutil.which("hledger")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "hledger"], check=False)
        found = shutil.which("hledger")
    return found


if __name__ == "__main__":
    print(find_hledger() or "hledger is not here, and cannot be installed")
