"""Keeps the Chinese catalogue complete: the English texts in code and templates are its keys.

``update`` brings the catalogue up to date, ``merge FILE.json…`` also fills in translations,
``check`` fails while any is missing.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
PO = ROOT / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"
METHODS = [("**.py", "python"), ("templates/**", "jinja2")]
OPTIONS = {"templates/**": {"silent": "false"}}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
NOT_OURS = {"tests", "node_modules", "static", "bench", "stubs", "tools"}
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sdf]|%%|\{\w*\}")
# One key of the JSON files holds both forms of a text with a plural.
PLURAL_SEPARATOR = "\0"


def extract() -> Catalog:
    """Every translatable text of the project, without translations."""
    found = extract_from_dir(
        ROOT,
        METHODS,
        OPTIONS,
        keywords=KEYWORDS,
        directory_filter=_is_ours,
        strip_comment_tags=True,
    )
    catalog = Catalog(locale=LOCALE)
    for _file, _line, text, _comments, context in found:
        catalog.add(text, context=context)
    return catalog


def load() -> Catalog:
    """The Chinese catalogue as it is kept; an empty one before the first text."""
    if not PO.exists():
        return Catalog(locale=LOCALE)
    with PO.open("rb") as file:
        return read_po(file, locale=LOCALE)


def save(catalog: Catalog) -> None:
    """Write the catalogue sorted and without line numbers, so that changes merge easily."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        file.write(f'msgid ""\nmsgstr ""\n"Language: {LOCALE}\\n"\n'.encode())
        file.write(b'"Content-Type: text/plain; charset=utf-8\\n"\n')
        file.write(f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'.encode())
        write_po(
            file,
            catalog,
            no_location=True,
            omit_header=True,
            sort_output=True,
            ignore_obsolete=True,
        )


def update() -> Catalog:
    """Add the texts that are new and drop those that are gone; returns what was saved."""
    catalog = load()
    catalog.update(extract(), no_fuzzy_matching=True)
    save(catalog)
    return catalog


def merge(files: list[str]) -> list[str]:
    """Fill in translations from JSON maps; returns the keys that no text of ours has."""
    catalog = update()
    unknown = []
    for name in files:
        for key, translation in json.loads(Path(name).read_text(encoding="utf-8")).items():
            message = catalog.get(key.split(PLURAL_SEPARATOR)[0])
            if message is None:
                unknown.append(key)
            else:
                message.string = (translation,) if message.pluralizable else translation
    save(catalog)
    return unknown


def problems(source: Catalog, translated: Catalog) -> list[str]:
    """A line for each text of ``source`` that has no faithful translation."""
    lines = []
    for message in source:
        if message.id:
            problem = _problem(message, translated.get(_first(message.id), message.context))
            if problem:
                lines.append(f"{problem}: {_first(message.id)!r}")
    return sorted(lines)


def _problem(message: Message, translation: Message | None) -> str:
    strings = _forms(translation.string or "") if translation else ()
    if translation is None or not all(strings):
        return "not translated"
    if translation.fuzzy:
        return "marked fuzzy"
    # Chinese has one form, so it needs what the plural says and not what "one" leaves out.
    expected = _placeholders(_forms(message.id)[-1])
    if any(_placeholders(string) != expected for string in strings):
        return "placeholders differ"
    return ""


def _placeholders(text: str) -> set[str]:
    return {match.group() for match in PLACEHOLDER.finditer(text)}


def _forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _first(text: str | list[str] | tuple[str, ...]) -> str:
    return _forms(text)[0]


def _is_ours(folder: str) -> bool:
    """Babel's own rule would pass over ``templates/_macros`` as private."""
    name = Path(folder).name
    return not name.startswith(".") and name not in NOT_OURS


def main(arguments: list[str]) -> int:
    """Run one command; returns an exit code."""
    command, *files = arguments
    if command == "check":
        lines = problems(extract(), load())
    elif command == "merge":
        lines = [f"no such text: {key!r}" for key in merge(files)]
    else:
        update()
        lines = []
    print("\n".join(lines), end="\n" if lines else "")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
