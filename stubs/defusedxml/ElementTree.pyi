from typing import Any, Protocol
from xml.etree.ElementTree import ParseError as ParseError

class _Expat(Protocol):
    CurrentLineNumber: int
    CurrentColumnNumber: int

class XMLParser:
    parser: _Expat
    def __init__(
        self,
        *,
        target: Any = ...,
        encoding: str | None = ...,
        forbid_dtd: bool = ...,
        forbid_entities: bool = ...,
        forbid_external: bool = ...,
    ) -> None: ...
    def feed(self, data: bytes) -> None: ...
    def close(self) -> Any: ...
