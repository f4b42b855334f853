"""XML in pieces: elements of a wanted name, one after the other, never the whole document.

No document type, no entity and nothing from outside is accepted; depth and text are bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, XMLParser

from core.i18n import lazy_gettext
from ledger.statements.file import refuse

DEEPEST = 40
LONGEST_VALUE = 20_000
MOST_NODES = 200_000  # in one piece, so that a hostile one cannot fill the memory


@dataclass(slots=True)
class Node:
    """An element without its namespace, and where in the file it begins."""

    name: str
    row: int
    column: int
    attributes: dict[str, str]
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def all(self, path: str) -> Iterator[Node]:
        """Every element below this one at a path such as ``NtryDtls/TxDtls``."""
        name, _, rest = path.partition("/")
        for child in self.children:
            if child.name == name:
                if rest:
                    yield from child.all(rest)
                else:
                    yield child

    def first(self, *paths: str) -> Node | None:
        """The first element at the first of ``paths`` that there is."""
        return next((node for path in paths for node in self.all(path)), None)

    def value(self, *paths: str) -> str:
        """The text of the first element at the first of ``paths`` that says something."""
        texts = (node.text for path in paths for node in self.all(path))
        return next((text for text in texts if text), "")


class Pieces:
    """The parser's target: builds the elements called ``wanted`` and hands each over when it ends.

    ``opened`` is told of every other element that begins, with its depth.
    """

    def __init__(
        self,
        wanted: frozenset[str],
        ended: Callable[[Node], None],
        opened: Callable[[str, str, int, int], None],
    ) -> None:
        self._wanted, self._ended, self._opened = wanted, ended, opened
        self._parser = XMLParser(
            target=self, forbid_dtd=True, forbid_entities=True, forbid_external=True
        )
        self._depth = self._nodes = 0
        self._open = list[Node]()
        self._texts = list[list[str]]()

    def _where(self) -> tuple[int, int]:
        expat = self._parser.parser
        return expat.CurrentLineNumber, expat.CurrentColumnNumber + 1

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth > DEEPEST:
            refuse(lazy_gettext("The elements are nested too deep."), *self._where())
        namespace, _, name = tag.rpartition("}")
        if self._open or name in self._wanted:
            node = Node(name, *self._where(), attributes)
            if self._open:
                self._open[-1].children.append(node)
            self._open.append(node)
            self._texts.append([])
            self._count()
        else:
            self._opened(name, namespace.removeprefix("{"), *self._where())

    def _count(self) -> None:
        self._nodes = self._nodes + 1 if len(self._open) > 1 else 1
        if self._nodes > MOST_NODES:
            refuse(lazy_gettext("There is too much in one entry."), *self._where())

    def data(self, text: str) -> None:
        """Some text of the element that is open."""
        if self._texts:
            self._texts[-1].append(text)

    def end(self, _tag: str) -> None:
        """An element ends."""
        self._depth -= 1
        if not self._open:
            return
        node = self._open.pop()
        node.text = "".join(self._texts.pop()).strip()
        if len(node.text) > LONGEST_VALUE:
            refuse(lazy_gettext("This value is too long."), node.row, node.column)
        if not self._open:
            self._ended(node)

    def close(self) -> None:
        """The document is complete."""

    def read(self, pieces: Iterable[bytes]) -> None:
        """Read a document. Raises ``Invalid``, naming line and column, when it is no good XML."""
        try:
            for piece in pieces:
                self._parser.feed(piece)
            self._parser.close()
        except ParseError as error:
            row, column = error.position
            refuse(lazy_gettext("This is not well-formed XML."), row, column + 1)
        except DefusedXmlException:
            problem = lazy_gettext(
                "The file declares a document type or entities. A bank statement has none."
            )
            refuse(problem, *self._where())
        except (LookupError, ValueError):
            refuse(lazy_gettext("The characters cannot be read. Please send it as UTF-8."), 1, 1)
