"""verify.py on the log: signatures, tree and growth, against tampering and published vectors."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.db import db
from tests.databases import unguarded
from tests.transparency.books import Exported, exported
from tests.transparency.leaves import conf, facts
from tests.transparency.test_tree import decoded, hashes
from transparency import exporting, sequencer, verify
from transparency.exporting import to_folder
from transparency.keys import SigningKey, load_key
from transparency.notes import Checkpoint


@pytest.fixture
def export(app: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Exported:
    """An untouched export."""
    return exported(app, tmp_path / "export", capsys.readouterr)


def again(export: Exported, folder: str = "again") -> Exported:
    """An export of the log as it is now."""
    path = export.folder.with_name(folder)
    to_folder(db.session, path)
    made = Exported(path, export.capture)
    made.write()
    return made


def sql(statement: str) -> None:
    with unguarded() as connection:
        connection.exec_driver_sql(statement)


def test_it_runs_with_nothing_of_ours(export: Exported, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    program = alone / "verify.py"
    program.write_bytes(Path(verify.__file__).read_bytes())
    command = [sys.executable, "-I", str(program), str(export.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=alone)
    assert (done.returncode, done.stderr) == (0, "")
    assert "All 600 entries are exactly those that were signed" in done.stdout


def test_the_zip_of_the_site_is_the_folder(
    export: Exported, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = {
        f"ledger/{file.name}": lambda _session, file=file: iter([file.read_bytes()])
        for file in (export.folder / "ledger").iterdir()
    }
    monkeypatch.setattr(exporting, "_PARTS", parts)
    path = export.folder.with_suffix(".zip")
    path.write_bytes(client.get("/log/gongzhi-log.zip").data)
    assert verify.main([str(path)]) == 0
    said = export.capture().out
    assert "All 600 entries" in said


def test_the_key_may_be_given(app: Flask, export: Exported) -> None:
    key = load_key(conf(app))
    assert key
    code, said = export.check("--vkey", str(key.verifier))
    assert (code, "The key is the one you gave" in said) == (0, True)
    code, said = export.check("--vkey", str(SigningKey.create(key.name).verifier))
    assert (code, "not signed by this key" in said) == (1, True)


CHANGED = "UPDATE leaf SET body = replace(body, '第17件', '第18件') WHERE seq = 17"


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        ([CHANGED], ["Entry 17 is not what was signed"]),
        (["UPDATE leaf_subject SET ref = '9' WHERE ref = '299'"], ["Entry 299 is not what"]),
        (["UPDATE leaf SET type = 'x' WHERE seq = 599"], ["Entry 599 is not what was signed"]),
        (
            [
                "DELETE FROM leaf_subject WHERE leaf_id = (SELECT id FROM leaf WHERE seq = 17)",
                "DELETE FROM leaf WHERE seq = 17",
            ],
            ["Entry 17 is missing"],
        ),
        (
            [
                "UPDATE leaf SET seq = 9999 WHERE seq = 5",
                "UPDATE leaf SET seq = 5 WHERE seq = 400",
                "UPDATE leaf SET seq = 400 WHERE seq = 9999",
            ],
            ["Entry 5 is not what was signed", "Entry 400 is not what was signed"],
        ),
    ],
    ids=["changed", "about something else", "of another kind", "removed", "swapped"],
)
def test_entries_changed_in_the_database_are_named(
    export: Exported, statements: list[str], named: list[str]
) -> None:
    for statement in statements:
        sql(statement)
    code, said = again(export).check()
    assert code == 1
    assert [one for one in named if one not in said] == []
    assert said.count("Entry ") == len(named)


@pytest.mark.parametrize("name", ["tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2"])
def test_a_changed_or_missing_tile_is_named(export: Exported, name: str) -> None:
    path = export.folder / name
    data = bytearray(path.read_bytes())
    data[40] ^= 1
    for change in (lambda: path.write_bytes(data), path.unlink):
        change()
        code, said = export.check()
        assert code == 1
        assert f"The tile {name} of the tree was changed or is missing" in said


def test_a_changed_entry_with_its_tile_is_found_by_the_signature(export: Exported) -> None:
    path = export.folder / "tile/entries/000"
    data = path.read_bytes().replace(b'"number":17,', b'"number":18,')
    path.write_bytes(data)
    (export.folder / "tile/0/000").write_bytes(b"".join(map(verify.leaf_hash, verify.leaves(data))))
    code, said = export.check()
    assert code == 1
    assert "The entries do not give the signed root" in said
    assert "The tile tile/1/000.p/2" in said


def test_growth_from_a_saved_checkpoint_is_proved(
    app: Flask, export: Exported, tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    assert export.check("--save", str(saved))[0] == 0
    facts(40)
    sequencer.drain(app)
    code, said = again(export).check("--checkpoint", str(saved))
    assert code == 0
    assert "It continues your saved checkpoint of 600 entries" in said


def test_a_rewritten_history_with_a_fresh_signature_is_found(
    app: Flask, export: Exported, tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    export.check("--save", str(saved))
    sql(CHANGED)
    for table in ("log_tile", "checkpoint", "log_state"):
        sql(f"DELETE FROM {table}")
    sql("UPDATE leaf SET seq = NULL")
    sequencer.drain(app)
    rewritten = again(export)
    assert rewritten.check()[0] == 0
    code, said = rewritten.check("--checkpoint", str(saved))
    assert code == 1
    assert "History was rewritten: your saved checkpoint of 600 entries has another root" in said


def test_a_log_that_lost_its_end_is_found(app: Flask, export: Exported, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    facts(3)
    sequencer.drain(app)
    again(export).check("--save", str(saved))
    code, said = export.check("--checkpoint", str(saved))
    assert (code, "The log has lost entries: 604 in your saved" in said) == (1, True)


def test_a_saved_checkpoint_of_another_log_is_no_use(export: Exported, tmp_path: Path) -> None:
    other = SigningKey.create("elsewhere.example/log")
    saved = tmp_path / "saved"
    saved.write_text(str(other.sign(str(Checkpoint(other.name, 5, bytes(32))))))
    code, said = export.check("--checkpoint", str(saved))
    assert (code, "another log or key" in said) == (1, True)


@pytest.mark.parametrize("path", ["entries/17/proof.json", "consistency?from=300"])
def test_proofs_of_pages_are_checked(
    export: Exported, client: FlaskClient, tmp_path: Path, path: str
) -> None:
    file = tmp_path / "proof.json"
    proof: dict[str, Any] = client.get(f"/log/{path}").json or {}
    file.write_text(json.dumps(proof))
    assert verify.main(["--proof", str(file)]) == 0
    assert "17" in export.capture().out or proof["kind"] == "consistency"
    proof["hashes"][0] = base64.b64encode(bytes(32)).decode()
    file.write_text(json.dumps(proof))
    assert verify.main(["--proof", str(file)]) == 1
    proof["hashes"].append("AAAA")
    file.write_text(json.dumps(proof))
    assert verify.main(["--proof", str(file)]) == 2


def proves(compute: Callable[[], object], expected: object, given: list[bytes]) -> bool:
    """Whether a proof leads where it should; what is no proof at all does not."""
    if any(len(one) != 32 for one in given):
        return False
    try:
        return compute() == expected
    except ValueError:
        return False


def test_published_proofs_of_inclusion(vectors: Any) -> None:
    for case in vectors["rfc6962_inclusion_proofs"]["cases"]:
        leaf, path = decoded(case["leafHash"]), hashes(case)
        at = case["leafIdx"], case["treeSize"]
        compute = partial(verify.included_root, *at, leaf, path)
        answer = proves(compute, decoded(case["root"]), [leaf, *path])
        assert answer != case["wantErr"], case["file"]


def test_published_proofs_of_consistency(vectors: Any) -> None:
    for case in vectors["rfc6962_consistency_proofs"]["cases"]:
        roots, path = (decoded(case["root1"]), decoded(case["root2"])), hashes(case)
        compute = partial(verify.grown_roots, case["size1"], case["size2"], path, roots[0])
        answer = proves(compute, roots, path)
        assert answer != case["wantErr"], case["file"]


def test_published_roots(vectors: Any) -> None:
    found = vectors["rfc6962_tree"]
    tree = verify.Tree(lambda _level, _hash: None)
    roots = [tree.root().hex()]
    for leaf in found["leaf_inputs_hex"]:
        tree.add(verify.leaf_hash(bytes.fromhex(leaf)))
        roots.append(tree.root().hex())
    assert roots == found["root_hex_by_size"]


def test_a_checkpoint_is_read_as_the_specification_has_it() -> None:
    example = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )
    key = SigningKey.create("example.com/behind-the-sofa")
    note = verify.Checkpoint(str(key.sign(example)))
    assert (note.origin, note.size, note.text) == (key.name, 20852163, example)
    assert note.signed_by(str(key.verifier))
    assert not note.signed_by(str(SigningKey.create(key.name).verifier))
