"""What becomes of pledges once they are signed: received, released, ended, and shown."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the jobs, words and pages of what comes after the signature."""
    from projects.life import add_telling  # noqa: PLC0415 - only when registered
    from sponsorship.pledges import afterwards_jobs  # noqa: F401, PLC0415 - it registers
    from sponsorship.pledges.afterwards_words import (  # noqa: PLC0415
        AFTERWARDS_TITLES,
        TELLING,
    )
    from transparency.words import name_types  # noqa: PLC0415

    name_types(AFTERWARDS_TITLES)
    add_telling(TELLING)
