"""Pabulib files for tests: real ones by name, a small one in full, and the way in and out."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from budgeting.models import Outcome
from budgeting.pabulib_export import export_round
from budgeting.pabulib_import import import_round
from core.clock import now
from core.db import db, transaction
from projects.models import Project
from tests.conftest import SHARED

FILES = sorted(path.name for path in (SHARED / "pabulib").glob("*.pb"))
# One of each kind of ballot, with odd ids, fractional money and a repeated project.
SOME = {
    "Netherlands_Amsterdam_525.pb",
    "Poland_Gdynia_2020_Redlowo__small.pb",
    "Poland_Krakow_2023_Podgorze_Duchackie.pb",
    "Poland_Warszawa_2026_Pelcowizna_Nowa_Praga.pb",
    "Poland_Zabrze_2021_Helenka.pb",
    "Switzerland_Zurich_S5D10.pb",
}
TEXT = """META
key;value
description;Spring vote
country;Poland
unit;Northwood
instance;2024
num_projects;3
num_votes;4
budget;100.505
vote_type;approval
rule;greedy
date_begin;01.03.2024
date_end;10.03.2024
max_length;2
language;en
currency;EUR
PROJECTS
project_id;cost;votes;name;category;selected;latitude;longitude
a;60;3;A bridge;roads,water;1;52.1;21.0
b/2;50.25;2;A library;culture;0;;
c;40.25;1;Trees;;1;x;
VOTES
voter_id;vote
1;a,b/2
2;a
3;a,b/2
4;c
"""


def imported(text: str = TEXT, **options: Any) -> int:
    with transaction() as session:
        return import_round(session, text.encode(), now(), **options).round_id


def exported(round_id: int, area_id: int | None = None) -> str:
    text = io.StringIO()
    export_round(db.session, round_id, text, area_id)
    return text.getvalue()


def winners(session: Session, round_id: int) -> list[str]:
    rows = (
        select(Project.code)
        .join(Outcome, Outcome.project_id == Project.id)
        .where(Outcome.round_id == round_id, Outcome.selected)
    )
    return sorted(code or "" for code in session.scalars(rows))


def count_again(tmp_path: Path, text: str, *options: str) -> dict[str, Any]:
    """What the stand-alone command says of a file."""
    path = tmp_path / "again.pb"
    path.write_text(text, "utf-8")
    command = [sys.executable, "-m", "budgeting.tally", str(path), "--json", *options]
    answer = subprocess.run(command, capture_output=True, check=True, timeout=60)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found
