"""How much each role may approve in an area, and when it takes two people."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.models import Area
from core.clock import now
from core.db import db, transaction
from core.errors import NotFound
from core.i18n import gettext, lazy_gettext, localize
from core.policy import requires
from ledger.fund_forms import LimitsForm
from ledger.policies import ADMINS, READERS, paths
from ledger.queries.funds import LARGEST, own_rules
from ledger.routes import officer
from ledger.routes.funds import areas_in
from ledger.rules import Rule, rule_for, set_rule


def load(area_id: int) -> Area:
    """An area. Raises ``NotFound``."""
    found = db.session.get(Area, min(area_id, LARGEST))
    if found is None:
        raise NotFound(lazy_gettext("There is no such area."))
    return found


@officer.get("/limits")
@requires("ledger:rule:see")
def limits() -> ResponseReturnValue:
    """The areas with limits of their own, and where an administrator sets them."""
    if chosen := request.args.get("area", type=int):
        return redirect(url_for(".set_limits", area_id=chosen), 303)
    return render_template(
        "ledger/limits.html",
        rows=own_rules(db.session, paths(g.actor, READERS)),
        default=Rule(),
        areas=areas_in(paths(g.actor, ADMINS)),
    )


@officer.route("/limits/<int:area_id>", methods=["GET", "POST"])
@requires("ledger:rule:set", load)
def set_limits(area: Area) -> ResponseReturnValue:
    """Give an area limits of its own."""
    area_id, name = area.id, localize(area.name)
    rule = rule_for(db.session, area.path)
    known = {name: getattr(rule, name) for name in ("finance_most", "approver_most", "three_above")}
    form = LimitsForm(data=known)
    if form.validate_on_submit():
        with transaction() as session:
            made = Rule(form.finance_most.data, form.approver_most.data, form.three_above.data)
            set_rule(session, session.get_one(Area, area_id), made, g.actor.id, now())
        flash(gettext("The limits are set, and recorded."), "good")
        return redirect(url_for(".limits"), 303)
    page = render_template("ledger/set_limits.html", form=form, area=name)
    return page, 422 if request.method == "POST" else 200
