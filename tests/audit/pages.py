"""Reading the pages of money as a visitor's browser does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from flask.testing import FlaskClient

FIGURE = re.compile(r'<a class="num fig[^"]*" href="([^"]+)" data-figure="(-?\d+)"')
SUM = re.compile(r'data-sum="(-?\d+)" data-currency="(\w+)"')
COUNT = re.compile(r'data-count="(\d+)"')
# Lists of lines and files are not walked.
FILES = ("/money/lines", "/money/documents", "/money/export")
SUFFIXES = (".pdf", ".xlsx")
LINE = re.compile(r'hx-get="/money/lines/(\d+)/part"')
LINK = re.compile(r'href="(/money[^"#]*)')
OLDER = re.compile(r'rel="next" href="([^"]+)"')


@dataclass
class Reader:
    """Opens pages once and keeps them."""

    client: FlaskClient
    seen: dict[str, str] = field(default_factory=dict)

    def page(self, path: str) -> str:
        """A page's text; anything but 200 is a failure."""
        if path not in self.seen:
            answer = self.client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)
            self.seen[path] = answer.text
        return self.seen[path]

    def figures(self, path: str) -> list[tuple[str, int]]:
        """Each figure of a page: where it leads, and its amount."""
        return [(unescape(url), int(amount)) for url, amount in FIGURE.findall(self.page(path))]

    def sums(self, path: str) -> dict[str, int]:
        """The sums that a list of lines shows, by currency."""
        return {currency: int(amount) for amount, currency in SUM.findall(self.page(path))}

    def walk(self, start: str, most: int = 200) -> Iterator[str]:
        """Every page of money that is reached from ``start``, but for lists of lines."""
        waiting, known = [start], {start}
        while waiting:
            path = waiting.pop(0)
            yield path
            assert len(known) < most
            for link in map(unescape, LINK.findall(self.page(path))):
                if link not in known and not _is_file(link):
                    known.add(link)
                    waiting.append(link)

    def all_lines(self, path: str) -> list[int]:
        """The numbers of all lines of a list, page by page."""
        found = []
        while path:
            text = self.page(path)
            found += [int(number) for number in LINE.findall(text)]
            older = OLDER.search(text)
            path = unescape(older[1]) if older else ""
        return found


def _is_file(link: str) -> bool:
    return link.startswith(FILES) or link.partition("?")[0].endswith(SUFFIXES)
