"""The auditor's desk: flags, samples, findings, working papers, and what auditors looked at."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the desk's tables, rules, pages, duties and panels, and the noting of looks."""
    from audit.desk import (  # noqa: F401 - they register themselves
        duties,
        looks,
        models,
        own_data,
        policies,
        reminding,
    )
    from audit.desk.routes import blueprint, load_pages
    from audit.flags import job, rules  # noqa: F401 - the job registers itself

    rules.load()
    load_pages()
    app.register_blueprint(blueprint)
    looks.register(app)
    _register_places()


def _register_places() -> None:
    """Where other rooms show what is here, and what the record's entries are called."""
    from audit.desk import panels
    from audit.desk.life import FINDINGS
    from audit.desk.words import EVENTS
    from core.desk import add_desk_link
    from core.i18n import lazy_gettext
    from core.panels import add_panel
    from projects.life import add_telling
    from transparency.words import name_subject, name_types

    add_desk_link(30, lazy_gettext("The auditor's desk"), "audit_desk.desk", "audit:desk:see")
    findings = "audit:finding:list"
    add_desk_link(31, lazy_gettext("Findings"), "audit_desk.findings", findings)
    add_desk_link(
        32, lazy_gettext("What auditors looked at"), "audit_desk.looked_at", "audit:looks:see"
    )
    template = "audit/desk/on_page.html"
    add_panel("organisation", 30, panels.organisation_findings, template)
    add_panel("payee", 30, panels.payee_findings, template)
    add_panel("project.money", 30, panels.project_findings, template)
    name_types(EVENTS)
    add_telling(FINDINGS)
    name_subject("finding", lazy_gettext("Finding"), "/money/findings/{}".format)
    name_subject("sample", lazy_gettext("Sample"), "/money/samples/{}".format)
