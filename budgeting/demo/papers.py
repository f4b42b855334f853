"""Invented papers for the demo's payments: one page of PDF, in a typeface that readers have."""

from __future__ import annotations

from collections.abc import Sequence

_PAGE = (420, 300)
_SHEET = (
    f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {_PAGE[0]} {_PAGE[1]}]/Contents 4 0 R"
    "/Resources<</Font<</F1 5 0 R>>>>>>"
)
_FONT = (
    "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
    "/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light"
    "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000"
    "/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6"
    "/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120"
    "/CapHeight 880/StemV 93>>>>]>>"
)


def paper(lines: Sequence[str]) -> bytes:
    """A PDF that says these lines, one below the other."""
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in lines)
    text = f"BT /F1 14 Tf 22 TL 36 {_PAGE[1] - 48} Td\n{shown}ET"
    parts = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        _SHEET,
        f"<</Length {len(text)}>>\nstream\n{text}\nendstream",
        _FONT,
    )
    out, places = b"%PDF-1.4\n", list[int]()
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}"
    trailer = f"trailer\n<</Size {len(parts) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + (end + trailer).encode()
