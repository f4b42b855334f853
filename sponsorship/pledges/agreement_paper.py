"""The agreement on paper: both languages, the signatures, and how to check it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from core.i18n import date_full, gettext, time_short
from core.print import Block, Document, Heading, NewPage, Pairs, Text, print_pdf
from sponsorship.pledges.queries.agreement import AgreementPage


def agreement_pdf(page: AgreementPage, *, site: str, organiser: str, address: str) -> bytes:
    """The agreement as a PDF, the same bytes each time; ``address`` is where its proof is."""
    number = page.pledge.number
    document = Document(
        title=gettext("Sponsorship agreement %(number)s", number=number),
        lang=page.wordings[0].lang,
        blocks=list(_blocks(page, address)),
        at=page.signed_at or page.agreement.drawn_at,
        above=site,
        beneath="" if page.signed_at else gettext("Not signed by both sides yet"),
        foot=(f"{site} · {number}", f"SHA-256 {page.agreement.sha256}"),
        author=organiser,
    )
    return print_pdf(document).data


def _blocks(page: AgreementPage, address: str) -> Iterator[Block]:
    for place, wording in enumerate(page.wordings):
        if place:
            yield NewPage()
        for part in wording.text.split("\n\n"):
            yield Text(part)
    yield Heading(gettext("Signatures"))
    yield Pairs([(str(one.side), _signed(one.name, one.at)) for one in page.signatures])
    yield Heading(gettext("How to check this"), 2)
    yield Text(
        gettext(
            "The hash at the bottom of each page is that of the text in both languages. It is on"
            " the public record: %(address)s",
            address=address,
        ),
        "small",
    )


def _signed(name: str, at: datetime | None) -> str:
    if at is None:
        return gettext("not signed yet")
    return gettext("%(name)s, signed %(at)s", name=name, at=f"{date_full(at)} {time_short(at)}")
