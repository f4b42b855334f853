"""Papers for print: PDF with Chinese type, from plain blocks, the same bytes for the same input.

document = Document("年度报告", "zh-Hans", (Heading("钱从哪里来"), Text("……")), at=now)
data = print_pdf(document).data
"""

from __future__ import annotations

from core.print.blocks import (
    Bar,
    Bars,
    Block,
    Column,
    Document,
    Figure,
    Figures,
    Heading,
    NewPage,
    Pairs,
    Table,
    Text,
)
from core.print.sheet import Printed, print_pdf
from core.print.typeface import REPLACEMENT

__all__ = [
    "REPLACEMENT",
    "Bar",
    "Bars",
    "Block",
    "Column",
    "Document",
    "Figure",
    "Figures",
    "Heading",
    "NewPage",
    "Pairs",
    "Printed",
    "Table",
    "Text",
    "print_pdf",
]
