"""The plain Flask applications that pages and votes are measured against."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, render_template, render_template_string
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert, select

from config import psycopg_url

PAGE = """<!doctype html><title>Projects</title><h1>Projects</h1><ul>
{% for row in rows %}
<li><a href="/{{ row.id }}">{{ row.code }}</a> {{ row.state }} {{ row.cost }}</li>
{% endfor %}
</ul>"""
ROWS = 20

metadata = MetaData()
project = Table(
    "project",
    metadata,
    Column("id", Integer),
    Column("code", String),
    Column("state", String),
    Column("cost", Integer),
)
bare_vote = Table(
    "bare_vote", MetaData(), Column("id", Integer, primary_key=True), Column("code", String)
)


def create_app() -> Flask:
    """One page that renders twenty rows, the same with its template compiled beforehand, and one
    request that inserts a row and commits."""
    engine: Any = create_engine(psycopg_url(os.environ["DATABASE_URL"]), pool_size=16)
    bare_vote.create(engine, checkfirst=True)
    app = Flask(__name__)
    compiled = app.jinja_env.from_string(PAGE)

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    def rows() -> Any:
        with engine.connect() as connection:
            return connection.execute(select(project).order_by(project.c.id).limit(ROWS)).all()

    @app.get("/")
    def page() -> str:
        return render_template_string(PAGE, rows=rows())

    @app.get("/compiled")
    def compiled_page() -> str:
        return render_template(compiled, rows=rows())

    @app.post("/")
    def vote() -> str:
        with engine.begin() as connection:
            connection.execute(insert(bare_vote).values(code="7"))
        return "ok"

    return app
