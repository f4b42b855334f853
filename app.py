"""The application: settings, then the rooms from the ground up, then nothing else."""

from __future__ import annotations

from flask import Flask

import accounts
import audit
import budgeting
import core
import ledger
import projects
import sponsorship
import transparency
from config import ROOT, Settings

ROOMS = (core, transparency, accounts, ledger, projects, budgeting, sponsorship, audit)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from ``settings`` (default: the environment)."""
    settings = settings or Settings.from_env()
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "gongzhi",
        root_path=str(ROOT),
        instance_path=str(settings.instance),
        static_folder=str(ROOT / "static"),
        template_folder=str(ROOT / "templates"),
    )
    app.config["SETTINGS"] = settings
    for room in ROOMS:
        room.register(app)
    return app
