"""Text that people typed: tidied, bounded, and shown without letting it act."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h3", "h4", "blockquote", "a", "code", "hr"}


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")


def tidy(text: str | None) -> str:
    """One form per character and line end, no control or direction-override characters, no
    outer space."""
    lines = unicodedata.normalize("NFC", text or "").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", lines).strip()


def tidy_line(text: str | None) -> str:
    """Like ``tidy``, on one line."""
    return " ".join(tidy(text).split())


@lru_cache(maxsize=512)
def render_markdown(text: str) -> Markup:
    """Markdown as safe HTML: a closed set of tags, links marked as somebody else's."""
    html = _markdown().render(text).replace("<h1>", "<h3>").replace("</h1>", "</h3>")
    html = html.replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="nofollow ugc noopener",
    )
    return Markup(clean)  # nosec B704  # cleaned by nh3 just above


_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_WORD = re.compile(r"[^\W_]+")


def search_tokens(text: str) -> list[str]:
    """The words of a text for full-text search: Latin words in lower case, each Han
    character and each pair of neighbours, so that two-character Chinese words are found."""
    text = unicodedata.normalize("NFKC", text).casefold()
    tokens: list[str] = []
    for run in _HAN.findall(text):
        tokens += list(run)
        tokens += [run[i : i + 2] for i in range(len(run) - 1)]
    return tokens + _WORD.findall(_HAN.sub(" ", text))


def query_tokens(text: str, most: int = 24) -> list[str]:
    """The words to look for: pairs stand for longer Han runs, single characters for themselves."""
    text = unicodedata.normalize("NFKC", text).casefold()
    tokens: list[str] = []
    for run in _HAN.findall(text):
        tokens += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
    return (tokens + _WORD.findall(_HAN.sub(" ", text)))[:most]


def mask_name(name: str) -> str:
    """A person's name as the public sees it: 张*, or "Maria K."."""
    name = name.strip()
    if not name:
        return "*"
    if _HAN.match(name):
        return name[0] + "*"
    first, *rest = name.split()
    return first + (f" {rest[-1][0]}." if rest else "")
