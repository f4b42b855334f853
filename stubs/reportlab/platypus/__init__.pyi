from collections.abc import Callable
from typing import IO

from reportlab.pdfgen.canvas import Canvas

class Flowable:
    canv: Canvas
    spaceAfter: float
    spaceBefore: float
    def __init__(self) -> None: ...
    def wrap(self, aW: float, aH: float, /) -> tuple[float, float]: ...
    def split(self, aW: float, aH: float, /) -> list[Flowable]: ...
    def draw(self) -> None: ...

class PageBreak(Flowable): ...

class CondPageBreak(Flowable):
    def __init__(self, height: float) -> None: ...

class Frame:
    def __init__(
        self,
        x1: float,
        y1: float,
        width: float,
        height: float,
        leftPadding: float = ...,
        bottomPadding: float = ...,
        rightPadding: float = ...,
        topPadding: float = ...,
    ) -> None: ...

class PageTemplate:
    def __init__(
        self, id: str, frames: list[Frame], onPage: Callable[[Canvas, object], None] = ...
    ) -> None: ...

class BaseDocTemplate:
    page: int
    def __init__(
        self,
        filename: IO[bytes],
        *,
        pagesize: tuple[float, float] = ...,
        title: str | None = ...,
        author: str | None = ...,
        subject: str | None = ...,
        creator: str | None = ...,
        lang: str | None = ...,
        displayDocTitle: int | None = ...,
        invariant: int | None = ...,
        pageCompression: int | None = ...,
        initialFontName: str | None = ...,
    ) -> None: ...
    def addPageTemplates(self, pageTemplates: list[PageTemplate]) -> None: ...
    def build(self, flowables: list[Flowable]) -> None: ...
