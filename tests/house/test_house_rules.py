"""House rules that no linter knows: what may stand where, and how long things may grow."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES_IN_FILE = 300
MOST_LINES_IN_FUNCTION = 45
# One file that strangers download, read and run: it can import nothing of ours.
MAY_BE_LONG = {"transparency/verify.py": 600}

REGISTRY = re.compile(
    r"(pypi|pythonhosted|npmjs|npmmirror|yarnpkg|unpkg|jsdelivr|cdnjs|tencentyun|huaweicloud"
    r"|mirrors?\.[a-z]+)\.(org|com|net|cn|edu)",
    re.IGNORECASE,
)
INLINE_CODE = re.compile(
    r"<[a-z][^>]*\s(style|on[a-z]+)\s*=|<script(?![^>]*\ssrc=)|<style", re.IGNORECASE
)
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false")
TRANS_BLOCK = re.compile(r"\{%-?\s*trans\b")
# Templates that print HTML which the code behind them has made safe already.
MAY_PRINT_HTML: frozenset[str] = frozenset()


def tracked(*suffixes: str) -> list[Path]:
    """Files that are, or are about to be, committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / name for name in listed.stdout.splitlines()]
    return [path for path in paths if path.is_file() and path.name.endswith(suffixes)]


def lines_matching(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """``file:line`` of every line in ``paths`` that ``pattern`` finds."""
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]


def text_of(path: Path) -> str:
    """What a file says; nothing for pictures and odd encodings."""
    return path.read_bytes().decode("utf-8", errors="ignore")


def long_functions(path: Path) -> Iterator[str]:
    """Names of the functions in ``path`` that are longer than allowed."""
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MOST_LINES_IN_FUNCTION:
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name} ({length})"


def test_only_the_transaction_edge_commits() -> None:
    elsewhere = [
        path
        for path in tracked(".py")
        if path != ROOT / "core" / "db.py"
        and path.parts[len(ROOT.parts)] not in {"migrations", "tests"}
    ]
    assert lines_matching(re.compile(r"\.commit\("), elsewhere) == []


def test_files_stay_short_enough_to_read() -> None:
    long = [
        path
        for path in _read_by_people(".py", ".mjs", ".html")
        if _length(path) > MAY_BE_LONG.get(_name(path), MOST_LINES_IN_FILE)
    ]
    assert long == []


def test_functions_stay_short_enough_to_read() -> None:
    assert [name for path in _read_by_people(".py") for name in long_functions(path)] == []


def test_no_file_names_a_package_registry() -> None:
    assert lines_matching(REGISTRY, tracked("")) == []


@pytest.mark.parametrize(
    "lock",
    [
        "requirements.txt",
        "requirements-demo.txt",
        "requirements-dev.txt",
        "requirements-node.txt",
    ],
)
def test_lock_files_pin_hashes_and_name_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pins = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert pins
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
    assert not re.search(r"://|file:|^-", text, re.MULTILINE)


def test_npm_lock_has_hashes_and_no_places() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert '"integrity"' in text
    assert '"resolved"' not in text


def test_templates_hold_no_inline_code_or_style() -> None:
    assert lines_matching(INLINE_CODE, _templates()) == []


def test_templates_escape_what_they_print() -> None:
    careful = [path for path in _templates() if _name(path) not in MAY_PRINT_HTML]
    assert lines_matching(UNESCAPED, careful) == []


def test_templates_translate_by_function_calls() -> None:
    """Whitespace in a ``trans`` block decides whether its translation is found."""
    assert lines_matching(TRANS_BLOCK, _templates()) == []


def test_third_party_browser_files_are_not_committed() -> None:
    assert [path for path in tracked("") if _name(path).startswith("static/vendor/")] == []


def test_settings_import_nothing_but_the_standard_library() -> None:
    tree = ast.parse(text_of(ROOT / "config.py"))
    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def _read_by_people(*suffixes: str) -> list[Path]:
    """All but migrations, which list every table and are written once."""
    return [path for path in tracked(*suffixes) if not _name(path).startswith("migrations/")]


def _templates() -> list[Path]:
    return [path for path in tracked(".html") if _name(path).startswith("templates/")]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _length(path: Path) -> int:
    return len(text_of(path).splitlines())
