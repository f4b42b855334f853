"""Importing this loads everything that an application on either database needs."""

from __future__ import annotations

import tempfile
from pathlib import Path

import psycopg  # noqa: F401 - imported for its sake

from app import create_app
from config import Settings

with tempfile.TemporaryDirectory() as folder:
    create_app(
        Settings(secret_key="x", instance=Path(folder), database_url="sqlite://", jobs="memory")
    )
