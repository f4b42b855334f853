"""What a version of a call changed against the one before, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from core.i18n import LANGUAGE_NAMES, LOCALES, gettext
from core.types import Texts
from sponsorship.guidance.checks import TERM_TEXTS
from sponsorship.guidance.queries import terms_of
from sponsorship.guidance.words import TEXTS, lines
from sponsorship.models import GuidanceVersion

# Sentences, with what ends them; words, and each Han character by itself.
_SENTENCE = re.compile(r"[^。！？!?.;；\n]*[。！？!?.;；\n]+\s*|[^。！？!?.;；\n]+")
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|\s+|[^\w\s]")
_CLOSE = 400  # characters up to which a changed passage is compared word by word


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: kept (``same``), added (``new``) or taken away (``old``)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A term as it was and as it is, or a text with its pieces; ``was`` is None for a term that
    was not there, ``now`` for one that is no longer."""

    label: str
    was: str | None = None
    now: str | None = None
    pieces: tuple[Piece, ...] = ()
    lang: str | None = None


def changes(
    before: GuidanceVersion, after: GuidanceVersion, currency: str, areas: Mapping[int, Texts]
) -> list[Change]:
    """What ``after`` changed; ``areas`` are the names of those that either names."""
    found = [*_of_terms(before, after, currency, areas)]
    old, new = _texts(before), _texts(after)
    for name, label in TEXTS.items():
        for lang in LOCALES:
            was, now = old[name].get(lang, ""), new[name].get(lang, "")
            if was != now:
                words = gettext("%(what)s (%(lang)s)", what=label, lang=LANGUAGE_NAMES[lang])
                found.append(Change(words, pieces=tuple(compare(was, now)), lang=lang))
    return found


def _of_terms(
    before: GuidanceVersion, after: GuidanceVersion, currency: str, areas: Mapping[int, Texts]
) -> Iterator[Change]:
    old = {one.name: one for one in lines(terms_of(before), currency, areas)}
    new = {one.name: one for one in lines(terms_of(after), currency, areas)}
    for name in old | new:
        was, now = old.get(name), new.get(name)
        if was != now:
            label = next(one.label for one in (now, was) if one)
            yield Change(label, was.value if was else None, now.value if now else None)


def _texts(version: GuidanceVersion) -> dict[str, Texts]:
    terms = terms_of(version)
    texts = {name: getattr(terms, name) for name in TERM_TEXTS}
    return {"title": version.title, "text": version.text, **texts}


def compare(was: str, now: str) -> list[Piece]:
    """A text's pieces: whole sentences, and word by word within short changed passages."""
    pieces: list[Piece] = []
    for kind, old, new in _blocks(_SENTENCE.findall(was), _SENTENCE.findall(now)):
        if kind == "replace" and len(old) + len(new) <= _CLOSE:
            blocks = _blocks(_WORD.findall(old), _WORD.findall(new))
        else:
            blocks = iter([(kind, old, new)])
        for inner, first, second in blocks:
            pieces += _pieces(inner, first, second)
    return _joined(pieces)


def _blocks(old: list[str], new: list[str]) -> Iterator[tuple[str, str, str]]:
    matcher = SequenceMatcher(None, old, new)
    for kind, a, b, c, d in matcher.get_opcodes():
        yield kind, "".join(old[a:b]), "".join(new[c:d])


def _pieces(kind: str, old: str, new: str) -> list[Piece]:
    if kind == "equal":
        return [Piece("same", new)]
    return [Piece(name, text) for name, text in (("old", old), ("new", new)) if text]


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Pieces of one kind that follow each other are one."""
    found: list[Piece] = []
    for one in pieces:
        if found and found[-1].kind == one.kind:
            found[-1] = Piece(one.kind, found[-1].text + one.text)
        else:
            found.append(one)
    return found
