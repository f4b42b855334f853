"""What holds for tenders in an area, and who may not bid."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.models import Area
from core.clock import local_date, now
from core.db import db
from core.i18n import lazy_gettext, localize
from core.policy import requires
from ledger.policies import paths
from ledger.routes.funds import areas_in
from ledger.routes.limits import load as load_area
from projects.models import Exclusion
from projects.tenders import services
from projects.tenders.cases import load_exclusion
from projects.tenders.forms.deciding import exclusion_form, lift_form, rule_form
from projects.tenders.people import OFFICERS
from projects.tenders.policies import ADMINS
from projects.tenders.queries.exclusions import bidders_in
from projects.tenders.queries.rules import rule_rows
from projects.tenders.routes import officer
from projects.tenders.routes.acting import Act, act
from projects.tenders.rules import Rule, rule_for, set_rule


@officer.get("/tenders/rules")
@requires("projects:procurement:see")
def rules() -> ResponseReturnValue:
    """The areas with rules of their own, and where an administrator sets them."""
    if chosen := request.args.get("area", type=int):
        return redirect(url_for(".set_rules", area_id=chosen), 303)
    return render_template(
        "projects/tenders/rules.html",
        rows=rule_rows(db.session),
        default=Rule(),
        areas=areas_in(paths(g.actor, ADMINS)),
    )


@officer.route("/tenders/rules/<int:area_id>", methods=["GET", "POST"])
@requires("projects:procurement:set", load_area)
def set_rules(area: Area) -> ResponseReturnValue:
    """Give an area rules of its own."""
    area_id, by = area.id, g.actor.id
    form = rule_form(rule_for(db.session, area.path))
    said = Act(
        title=lazy_gettext("Rules for tenders: %(area)s", area=str(localize(area.name))),
        lead=lazy_gettext(
            "They hold in this area and below, for what is published from now on, and are on "
            "public record."
        ),
        button=lazy_gettext("Set these rules"),
        done=lazy_gettext("The rules are set, and recorded."),
        back=url_for(".rules"),
        fields=("direct_most", "min_bids", "min_reviewers", "standstill_days"),
    )

    def write(session: Session) -> None:
        rule = Rule(*(form[name].data for name in said.fields))
        set_rule(session, session.get_one(Area, area_id), rule, by, now())

    return act(said, form, write)


@officer.route("/tenders/exclusions/new", methods=["GET", "POST"])
@requires("projects:exclusion:set")
def exclude() -> ResponseReturnValue:
    """Exclude an organisation of one's area from bidding."""
    by = g.actor.id
    own = bidders_in(db.session, paths(g.actor, OFFICERS))
    form = exclusion_form(own, local_date(now()))
    said = Act(
        title=lazy_gettext("Exclude an organisation from bidding"),
        lead=lazy_gettext("Everybody reads whom, how long and why."),
        button=lazy_gettext("Exclude it"),
        done=lazy_gettext("Excluded, and recorded."),
        back=url_for("tenders_public.exclusions"),
        fields=("organisation", "reason", "starts_on", "ends_on"),
        tone="btn-seal",
    )

    def write(session: Session) -> None:
        services.exclude(
            session,
            form["organisation"].data,
            reason=form["reason"].data,
            starts_on=form["starts_on"].data,
            ends_on=form["ends_on"].data,
            by_id=by,
            now=now(),
        )

    return act(said, form, write)


@officer.route("/tenders/exclusions/<int:exclusion_id>/lift", methods=["GET", "POST"])
@requires("projects:exclusion:lift", load_exclusion)
def lift(found: Exclusion) -> ResponseReturnValue:
    """End an exclusion early."""
    form, exclusion_id, by = lift_form(), found.id, g.actor.id
    said = Act(
        title=lazy_gettext("Lift this exclusion?"),
        lead=lazy_gettext("From now on the organisation may bid again. It is on public record."),
        button=lazy_gettext("Yes, lift it"),
        done=lazy_gettext("Lifted."),
        back=url_for("tenders_public.exclusions"),
        fields=("reason",),
        facts=[(lazy_gettext("Organisation"), localize(found.organisation.name))],
    )

    def write(session: Session) -> None:
        services.lift(session, exclusion_id, form["reason"].data, by, now())

    return act(said, form, write)
