"""Printed papers: their text can be read out, their typeface is in them, nothing vanishes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from pypdf import PdfReader

from core.print import (
    REPLACEMENT,
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
    Printed,
    Table,
    Text,
    print_pdf,
    typeface,
)
from ledger.pdf_check import check_pdf
from tools.translations import load

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
COLUMNS = (Column("项目", 3), Column("Paid", 1.4, figures=True))


@pytest.fixture(scope="module", autouse=True)
def in_english(make_app: Callable[..., Flask]) -> Iterator[None]:
    with make_app("sqlite").test_request_context(), force_locale("en"):
        yield


def printed(*blocks: Block, **more: Any) -> Printed:
    return print_pdf(Document("星河街道 2026 年审计报告", "zh-Hans", blocks, at=AT, **more))


def texts(made: Printed) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(made.data)).pages]


def test_chinese_and_figures_can_be_read_out_of_every_kind_of_block() -> None:
    made = printed(
        Heading("钱从哪里来"),
        Text("每一笔都能查到。", "lead"),
        Figures([Figure("收到", "¥3,200,000", "来自 3 笔拨款")]),
        Bars([Bar("转给下级", "¥1,850,000", 0.5)]),
        Table(COLUMNS, [("社区花园", "¥1,234.50")], ("合计", "¥1,234.50")),
        Pairs([("没有查的", "两个小项目")]),
        above="共治",
        beneath="含下属社区",
        foot=("公开记录第 12,345 条",),
    )
    text = "\n".join(texts(made))
    for part in ("星河街道", "钱从哪里来", "每一笔都能查到。", "¥3,200,000", "来自 3 笔拨款"):
        assert part in text
    for part in ("转给下级", "¥1,850,000", "社区花园", "¥1,234.50", "合计", "两个小项目"):
        assert part in text
    for part in ("共治", "含下属社区", "公开记录第 12,345 条", "1 / 1"):
        assert part in text
    assert not made.missing


def test_every_font_is_embedded_and_small() -> None:
    made = printed(Heading("花园"), Text("Garden 花园 ¥1"))
    reader: Any = PdfReader(BytesIO(made.data))
    fonts = [
        font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()
    ]
    assert len(fonts) >= 2
    for font in fonts:
        assert "/FontFile2" in font["/FontDescriptor"].get_object()
        assert "+NotoSansSC" in font["/BaseFont"]
        assert "/ToUnicode" in font
    assert len(made.data) < 60_000


def test_the_file_says_its_title_language_date_and_outline() -> None:
    made = printed(Heading("一"), Heading("二", 2), NewPage(), Heading("三"))
    reader: Any = PdfReader(BytesIO(made.data))
    root = reader.trailer["/Root"]
    assert reader.metadata.title == "星河街道 2026 年审计报告"
    assert reader.metadata.creation_date == AT
    assert root["/Lang"] == "zh-Hans"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    first, under, third = reader.outline
    assert (first["/Title"], under[0]["/Title"], third["/Title"]) == ("一", "二", "三")
    pages = [reader.get_destination_page_number(one) for one in (first, under[0], third)]
    assert pages == [0, 0, 1]


def test_the_same_document_gives_the_same_bytes_and_another_does_not() -> None:
    assert printed(Text("花园")).data == printed(Text("花园")).data
    assert printed(Text("花园")).data != printed(Text("公园")).data


def test_what_is_printed_only_shows_pages() -> None:
    check_pdf(printed(Heading("花园"), Text("Garden")).data)


def test_a_table_goes_on_over_pages_under_its_head_with_every_row_once() -> None:
    rows = [(f"第 {n} 号花园", f"¥{n:,}.00") for n in range(1, 301)]
    pages = texts(printed(Heading("按项目"), Table(COLUMNS, rows, ("合计", "¥45,150.00"))))
    assert len(pages) > 5
    assert all("Paid" in page for page in pages)
    assert [f"{n} / {len(pages)}" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    found = re.findall(r"第 (\d+) 号花园", "\n".join(pages))
    assert found == [str(n) for n in range(1, 301)]
    assert "号花园" in pages[-1].partition("合计")[0]  # the total is not alone on its page


def test_a_row_higher_than_a_page_goes_on_and_keeps_its_text() -> None:
    long = "".join(f"第{n}句。" for n in range(3000))
    pages = texts(printed(Table(COLUMNS, [(long, "¥1")])))
    assert len(pages) > 2
    read = "".join(re.findall(r"第\d+句。", "".join(pages).replace("\n", "")))
    assert read.count("句") >= 2990
    assert "第2999句。" in "".join(pages).replace("\n", "")


@pytest.mark.parametrize(
    "block",
    [
        Text("正文。" * 300),
        Heading("正文", 2),
        Figures([Figure("正文", "¥1", "一")]),
        Bars([Bar("正文", "¥1", 1.0)]),
        Table(COLUMNS, [("正文", "¥1")] * 9),
        Pairs([("正文", "一")]),
    ],
    ids=lambda block: type(block).__name__,
)
def test_a_heading_is_never_the_last_of_its_page(block: Block) -> None:
    for lines in range(0, 40, 3):
        pages = texts(printed(Text("\n" * lines), Heading("标题"), block, Text("末。" * 50)))
        page = next(page for page in pages if "标题" in page)
        assert "正文" in page


def test_figures_stand_right() -> None:
    rows = [("花园", "¥1.00"), ("公园", "¥1,234,567.00")]
    places: dict[str, float] = {}

    def visit(text: str, _matrix: Any, place: Any, font: Any, _size: Any) -> None:
        if font and text.strip():
            places[text.strip()] = place[4]

    page = PdfReader(BytesIO(printed(Table(COLUMNS, rows)).data)).pages[0]
    page.extract_text(visitor_text=visit)
    size = 8.8
    right = {
        text: places[text] + typeface.width(text, typeface.REGULAR, size)
        for text in ("¥1.00", "¥1,234,567.00")
    }
    assert right["¥1.00"] == pytest.approx(right["¥1,234,567.00"], abs=0.1)
    assert places["花园"] == pytest.approx(places["公园"], abs=0.1)


def test_a_character_that_the_typeface_lacks_is_shown_as_a_square_counted_and_told_of() -> None:
    made = printed(Text("好😀！😀\u202e"), Pairs([("a", "🏳")]))
    assert made.missing == {"😀": 2, "🏳": 1}
    text = texts(made)[0]
    assert f"好{REPLACEMENT}！{REPLACEMENT}" in text
    assert "3 characters are not in our typeface" in text
    assert "\u202e" not in text


def test_no_character_of_our_own_words_or_of_common_names_is_missing() -> None:
    chinese = "".join(
        part
        for message in load()
        for part in ([message.string] if isinstance(message.string, str) else message.string or ())
    )
    demo = "".join(path.read_text() for path in sorted(ROOT.glob("*/demo/*.py")))
    assert len(set(chinese)) > 800
    assert len(demo) > 10_000
    missing: Counter[str] = Counter()
    typeface.printable(chinese + demo + _gb2312() + "喆堃昇淼焱翀翊珺璟垚邨㙓椚䶮", missing)
    assert not missing


def _gb2312() -> str:
    """The 6,763 Han characters of the standard that every Chinese typeface has to have."""
    rows = range(0xB0, 0xF8)
    return b"".join(bytes([row, cell]) for row in rows for cell in range(0xA1, 0xFF)).decode(
        "gb2312", "ignore"
    )


def test_a_typeface_that_was_not_fetched_is_said_plainly(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(typeface, "FOLDER", tmp_path)
    typeface.load.cache_clear()
    with pytest.raises(FileNotFoundError, match="make setup"):
        typeface.load()
