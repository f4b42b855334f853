"""A project's one life, from idea to evaluation, at one address for ever."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the pages and reactions of projects."""
    from core.i18n import lazy_gettext
    from core.navigation import add_nav, add_person
    from core.text import render_markdown
    from projects import duties, models, own_data, tenders, works  # noqa: F401 - they register
    from projects.cli import cli
    from projects.life import TITLES
    from projects.routes import browse, member, officer, public, reviewer
    from transparency.words import name_subject, name_types

    app.add_template_filter(render_markdown, "markdown")
    for routes in (browse, public, member, officer, reviewer):
        app.register_blueprint(routes.blueprint)
    add_person(30, lazy_gettext("My proposals"), "projects_member.mine")
    add_nav(20, lazy_gettext("Projects"), "projects_browse.index")
    app.cli.add_command(cli)
    name_types(TITLES)
    tenders.register(app)
    works.register(app)
    name_subject("project", lazy_gettext("Project"), "/projects/{}".format)
