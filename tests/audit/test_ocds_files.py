"""Where open contracting data is got: links, files of everything, the command; in little memory."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from audit.exports.formats import FORMATS
from audit.exports.ocds.files import bare_book
from audit.exports.ocds.load import AT_ONCE, Which, processes
from audit.exports.ocds.merge import compiled
from audit.exports.scope import find_scope
from bench.ocds_fill import write
from projects.states import State
from tests.audit.contracting import Contracting
from tests.audit.ocds_check import checked, wrong
from tests.conftest import START
from tests.databases import unguarded
from tests.factories import Factory
from tests.ledger.books import YUAN

MANY = 3 * AT_ONCE
MOST_BYTES = 9_000_000


def export(app: Flask, out: Path, *more: str) -> Any:
    args = ["audit", "export", "--format", "ocds", "--out", str(out), *more]
    return app.test_cli_runner().invoke(args=args)


@pytest.mark.usefixtures("schemas")
def test_the_command_writes_what_the_outside_tool_takes(
    app: Flask, site: Contracting, tmp_path: Path
) -> None:
    site.whole_way()
    site.directly()
    out = tmp_path / "ocds.json"
    done = export(app, out, "--language", "zh_Hans")
    assert done.exit_code == 0, done.output
    assert "2 contracting processes" in done.output
    assert not wrong(checked(out, tmp_path))


def test_where_nothing_was_tendered_there_is_no_file(
    app: Flask, site: Contracting, client: FlaskClient, tmp_path: Path
) -> None:
    site.draft()
    for path in (
        f"/projects/{site.project}/ocds.json",
        f"/projects/{site.project}/ocds-releases.json",
        "/projects/99999/ocds.json",
        "/money/ocds.jsonl.gz",
        "/money/export/ocds",
    ):
        assert client.get(path).status_code == 404, path
    out = tmp_path / "ocds.json"
    done = export(app, out)
    assert done.exit_code == 1
    assert "put out to tender" in done.output
    assert not out.exists()


def test_a_projects_page_leads_to_its_data_once_there_is_some(
    site: Contracting, client: FlaskClient
) -> None:
    link = f"/projects/{site.project}/ocds.json"
    assert link not in client.get(f"/projects/{site.project}").text
    site.publish()
    assert link in client.get(f"/projects/{site.project}").text


def test_the_page_of_exports_offers_it_for_areas_and_years_only(
    site: Contracting, client: FlaskClient
) -> None:
    site.publish()
    assert "/money/export/ocds" in client.get("/money/export").text
    assert "/money/export/ocds?year=2026" in client.get("/money/export?year=2026").text
    assert "/money/export/ocds" not in client.get("/money/export?code=pay").text
    assert client.get("/money/export/ocds?code=pay").status_code == 422


def test_an_area_and_a_year_narrow_it_down(
    site: Contracting, client: FlaskClient, make: Factory
) -> None:
    site.publish()
    elsewhere = make.area("Elsewhere")
    for asked, status in (
        (f"within={site.area}", 200),
        (f"within={site.community}", 200),
        (f"within={elsewhere}", 404),
        ("year=2026", 200),
        ("year=2025", 404),
        (f"within={site.area}&year=2026", 200),
    ):
        assert client.get(f"/money/export/ocds?{asked}").status_code == status, asked


def test_every_record_is_a_line_of_the_compressed_file(
    site: Contracting, client: FlaskClient
) -> None:
    site.whole_way()
    site.directly()
    answer = client.get("/money/ocds.jsonl.gz")
    assert answer.mimetype == "application/gzip"
    lines = gzip.decompress(answer.data).splitlines()
    found = [json.loads(line) for line in lines]
    of_project = client.get(f"/projects/{site.project}/ocds.json").get_json()["records"]
    assert found == of_project


def test_drafts_and_projects_of_others_are_not_in_it(
    site: Contracting, client: FlaskClient, make: Factory
) -> None:
    site.draft(title="A secret plan", ceiling=5_000 * YUAN, milestones=(site.milestones[2],))
    published = site.publish(title="An open plan")
    other = make.project(site.round, site.community, State.DELIVERING)
    text = client.get(f"/projects/{site.project}/ocds.json").text
    assert "An open plan" in text
    assert f"ZB-{published:05d}" in text
    assert "A secret plan" not in text
    assert client.get(f"/projects/{other}/ocds.json").status_code == 404


def test_the_prefix_is_the_installations_own(
    app: Flask, site: Contracting, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tender = site.publish()
    conf = app.config["SETTINGS"]
    changed = conf.__class__(
        **{name: getattr(conf, name) for name in conf.__slots__} | {"ocds_prefix": "ocds-abc123"}
    )
    monkeypatch.setitem(app.config, "SETTINGS", changed)
    record = client.get(f"/projects/{site.project}/ocds.json").get_json()["records"][0]
    assert record["ocid"] == f"ocds-abc123-ZB-{tender:05d}"


def test_many_contracts_are_never_held_at_once(app: Flask, session: Session) -> None:
    with unguarded() as connection:
        write(connection, MANY)
    assert sum(1 for _one in processes(session, Which())) == MANY
    session.rollback()
    tracemalloc.start()
    try:
        book = bare_book(session, find_scope(session, {}), START, "Xinghe")
        size = sum(map(len, FORMATS["ocds"].write(session, book)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 4_000_000
    assert peak < MOST_BYTES


def test_merging_keeps_what_is_not_said_again_and_drops_what_is_taken_back() -> None:
    first = {"id": "1", "date": "2026-01-01T00:00:00Z", "ocid": "x", "tag": ["tender"]}
    later = {"id": "2", "date": "2026-01-02T00:00:00Z", "ocid": "x", "tag": ["award"]}
    one = first | {
        "tender": {"title": "A", "tenderers": [{"id": "a", "name": "A"}, {"id": "b"}]},
        "parties": [{"id": "a", "additionalIdentifiers": [{"id": "1"}, {"id": "2"}]}],
        "language": "en",
    }
    two = later | {
        "tender": {"title": "B", "tenderers": [{"id": "b", "name": "B"}]},
        "parties": [{"id": "a", "additionalIdentifiers": [{"id": "3"}]}],
        "language": None,
    }
    expected = {
        "id": "x-2026-01-02T00:00:00Z",
        "date": "2026-01-02T00:00:00Z",
        "ocid": "x",
        "tag": ["compiled"],
        "tender": {"title": "B", "tenderers": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]},
        "parties": [{"id": "a", "additionalIdentifiers": [{"id": "3"}]}],
    }
    assert compiled([two, one]) == expected
    assert one["language"] == "en"  # what was merged is left as it was
    with pytest.raises(ValueError, match="nothing to compile"):
        compiled([])
