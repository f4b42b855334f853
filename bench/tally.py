"""``python -m bench.tally``: counts the newest round of the database; prints the seconds."""

from __future__ import annotations

import json
import time

from sqlalchemy import func, select

from app import create_app
from budgeting.counting import count_round
from budgeting.models import Round
from core.db import db


def main() -> None:
    """Read the ballots from the database and count them, as the job after a close does."""
    with create_app().app_context():
        newest = db.session.scalar(select(func.max(Round.id))) or 0
        start = time.perf_counter()
        count = count_round(db.session, newest)
        took = time.perf_counter() - start
    print(json.dumps({"count": took, "selected": count.statistics["selected"]}))


if __name__ == "__main__":
    main()
