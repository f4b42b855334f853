"""Applies to every test run from this folder."""

from __future__ import annotations

pytest_plugins = ["tests.plugins.ci"]
