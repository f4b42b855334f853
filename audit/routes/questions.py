"""Questions about lines: everybody reads them, residents ask, the office answers."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from audit.forms import AnswerForm, HideForm, QuestionForm
from audit.line_view import line_view
from audit.models import LineQuestion
from audit.question_pages import all_questions, counts, questions_of
from audit.questions import answer, ask, hide, load_question
from audit.routes import blueprint
from core.clock import local_date, now
from core.db import db, transaction
from core.errors import DomainError
from core.i18n import gettext
from core.policy import public, requires


def find_question(question_id: int) -> LineQuestion:
    """The question of an address."""
    return load_question(db.session, question_id)


@blueprint.get("/money/questions")
@public
def questions() -> str:
    """What was asked about lines, and what was answered."""
    today = local_date(now())
    waiting = request.args.get("waiting") == "1"
    typed = request.args.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else None
    rows, older = all_questions(db.session, today, waiting=waiting, before=before)
    return render_template(
        "audit/questions.html",
        rows=rows,
        older=older,
        waiting=waiting,
        counts=counts(db.session, today),
    )


@blueprint.route("/money/lines/<int:line_id>/ask", methods=["GET", "POST"])
@requires("audit:question:ask")
def ask_about(line_id: int) -> ResponseReturnValue:
    """Ask about a line."""
    form = QuestionForm()
    status = 200
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = ask(session, line_id, form.text.data or "", g.actor.id, now()).id
        except DomainError as error:
            form.absorb(error)
            status = error.status
        else:
            flash(gettext("Asked. The office answers here within five working days."), "good")
            page = url_for("audit_public.line", line_id=line_id, _anchor=f"question-{made}")
            return redirect(page, 303)
    view = line_view(db.session, line_id)
    page = render_template("audit/ask.html", view=view, form=form)
    return page, 422 if form.errors and status == 200 else status


@blueprint.route("/money/questions/<int:question_id>/answer", methods=["GET", "POST"])
@requires("audit:question:answer", find_question)
def answer_question(question: LineQuestion) -> ResponseReturnValue:
    """Answer a question in public."""
    ident, form, status = question.id, AnswerForm(), 200
    if form.validate_on_submit():
        try:
            with transaction() as session:
                answer(session, ident, form.answer.data or "", g.actor.id, now())
        except DomainError as error:
            form.absorb(error)
            status = error.status
        else:
            flash(gettext("Answered. Whoever asked has been told."), "good")
            return redirect(url_of(ident), 303)
    return _page(ident, form, HideForm(formdata=None), status)


@blueprint.post("/money/questions/<int:question_id>/hide")
@requires("audit:question:hide", find_question)
def hide_question(question: LineQuestion) -> ResponseReturnValue:
    """Hide a text that insults or exposes somebody."""
    ident, form, status = question.id, HideForm(), 200
    if form.validate_on_submit():
        try:
            with transaction() as session:
                hide(session, ident, form.reason.data or "", g.actor.id, now())
        except DomainError as error:
            form.absorb(error)
            status = error.status
        else:
            flash(gettext("Hidden. That it was asked, and why it is hidden, stays."), "good")
            return redirect(url_of(ident), 303)
    return _page(ident, AnswerForm(formdata=None), form, status)


def url_of(question_id: int) -> str:
    """Where everybody reads a question."""
    line_id = load_question(db.session, question_id).transfer_id
    return url_for("audit_public.line", line_id=line_id, _anchor=f"question-{question_id}")


def _page(ident: int, form: AnswerForm, hiding: HideForm, status: int) -> ResponseReturnValue:
    question = load_question(db.session, ident)
    asked = questions_of(db.session, question.transfer_id, local_date(now()))
    page = render_template(
        "audit/answer.html",
        question=next(one for one in asked if one.id == ident),
        subject=question,
        view=line_view(db.session, question.transfer_id),
        form=form,
        hiding=hiding,
    )
    return page, 422 if (form.errors or hiding.errors) and status == 200 else status
