"""Participatory budgeting rounds: rules, phases, ballots, tallies, results."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Attach the pages, jobs and commands of rounds."""
    from budgeting import calls, models  # noqa: F401 - they register themselves

    _register_rounds(app)
    _register_voting(app)
    _register_results(app)
    _register_simulations(app)
    _register_demo(app)


def _register_rounds(app: Flask) -> None:
    """Attach the pages of rounds, for everybody and for the officers who run them."""
    from budgeting import duties, jobs, policies  # noqa: F401 - they register themselves
    from budgeting.home import open_now
    from budgeting.routes import officer, public
    from budgeting.words import EVENTS, OTHER_EVENTS
    from core.desk import add_desk_link
    from core.i18n import lazy_gettext
    from core.navigation import add_nav
    from core.panels import add_panel
    from transparency.words import name_subject, name_types

    name_types(EVENTS | OTHER_EVENTS)
    name_subject("round", lazy_gettext("Round"), "/rounds/{}".format)
    name_subject("ballot", lazy_gettext("Ballot"), lambda _commitment: None)
    app.register_blueprint(public.blueprint)
    app.register_blueprint(officer.blueprint)
    add_panel("home", 10, open_now, "budgeting/home_open.html")
    add_nav(10, lazy_gettext("Take part"), "budgeting_public.rounds")
    runs = "budgeting:round:create"
    add_desk_link(10, lazy_gettext("Run rounds"), "budgeting_officer.manage", runs)


def _register_voting(app: Flask) -> None:
    """Attach the ballot, receipts, and what other pages show of voting."""
    from accounts.own_data import contributes
    from budgeting import (
        ballot_policies,  # noqa: F401 - registers the permissions
        leaving,  # noqa: F401 - registers what erasure does
        voting_panels,
    )
    from budgeting.routes import member, receipts
    from core.desk import duty_source
    from core.i18n import lazy_gettext
    from core.navigation import add_footer
    from core.panels import add_panel

    app.register_blueprint(member.blueprint)
    app.register_blueprint(receipts.blueprint)
    add_footer(40, lazy_gettext("Find my ballot"), "budgeting_receipts.receipt")
    add_panel("round.actions", 50, voting_panels.round_panel, "budgeting/ballot_panel.html")
    duty_source(voting_panels.vote_duties)
    contributes("voting", voting_panels.own_part)


def _register_results(app: Flask) -> None:
    """Attach the tally, and the pages, panels and commands of results."""
    from budgeting import (
        result_panels,
        tallying,  # noqa: F401 - handles what the close owes
    )
    from budgeting.cli import rounds
    from budgeting.routes import results
    from core.panels import add_panel

    app.register_blueprint(results.blueprint)
    app.cli.add_command(rounds)
    add_panel("home", 40, result_panels.decisions, "budgeting/result_on_home.html")
    add_panel("round.result", 10, result_panels.round_result, "budgeting/result_on_round.html")
    add_panel(
        "project.result", 10, result_panels.project_result, "budgeting/result_on_project.html"
    )


def _register_simulations(app: Flask) -> None:
    """Attach the page on which officers try the rules, and its job."""
    from budgeting.routes import simulations
    from budgeting.simulations import job  # noqa: F401 - registers itself
    from core.desk import add_desk_link
    from core.i18n import lazy_gettext

    app.register_blueprint(simulations.blueprint)
    tries = "budgeting:simulation:create"
    add_desk_link(15, lazy_gettext("Try the rules"), "budgeting_simulations.simulate", tries)


def _register_demo(app: Flask) -> None:
    """Attach the command that makes the demo community."""
    from budgeting.demo.cli import demo

    app.cli.add_command(demo)
