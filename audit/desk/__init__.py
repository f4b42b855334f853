"""The auditor's desk: flags, samples, findings, working papers, and what auditors looked at."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the desk's tables, pages and duties."""
    from audit.desk import models  # noqa: F401 - fills the metadata
    from audit.flags import job, rules  # noqa: F401 - the job registers itself
    from audit.flags import models as flags  # noqa: F401 - likewise

    rules.load()
