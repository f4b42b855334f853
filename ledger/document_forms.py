"""The fields of a paper, for whichever form takes one in."""

from __future__ import annotations

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, DateField, SelectField
from wtforms.validators import Optional

from core.forms import MoneyField, XForm, line, options
from core.i18n import Message, lazy_gettext
from ledger.documents import LONGEST_NUMBER, NewDocument, Upload
from ledger.models import DocumentKind

KINDS: dict[str, Message] = {
    DocumentKind.INVOICE: lazy_gettext("Invoice"),
    DocumentKind.CONTRACT: lazy_gettext("Contract"),
    DocumentKind.RECEIPT: lazy_gettext("Receipt of a payment"),
    DocumentKind.POLICY: lazy_gettext("Policy document"),
    DocumentKind.OTHER: lazy_gettext("Other paper"),
}


class DocumentForm(XForm):
    """A paper with both its copies; set ``amount.currency`` to the voucher's."""

    kind = SelectField(lazy_gettext("What is it?"), choices=options(KINDS.items()))
    original = FileField(
        lazy_gettext("The original"),
        description=lazy_gettext(
            "PDF, JPEG, PNG or WebP, at most 10 MB. It is kept under seal: only finance officers, "
            "approvers and auditors can open it."
        ),
        render_kw={"accept": ".pdf,.jpg,.jpeg,.png,.webp"},
    )
    public = FileField(
        lazy_gettext("The copy for the public"),
        description=lazy_gettext("With personal names, phone and account numbers covered."),
        render_kw={"accept": ".pdf,.jpg,.jpeg,.png,.webp"},
    )
    as_it_is = BooleanField(lazy_gettext("Nothing has to be covered: show the original."))
    number = line(lazy_gettext("Number of the invoice"), LONGEST_NUMBER, required=False)
    issued_on = DateField(lazy_gettext("Day of the invoice"), [Optional()])
    amount = MoneyField(lazy_gettext("Amount of the invoice"), [Optional()])

    def document(self) -> NewDocument | None:
        """What was filled in, or ``None`` when no original was chosen."""
        original = _upload(self.original.data)
        if original is None:
            return None
        return NewDocument(
            kind=DocumentKind(self.kind.data),
            original=original,
            public=_upload(self.public.data),
            as_it_is=self.as_it_is.data,
            number=self.number.data or "",
            issued_on=self.issued_on.data,
            amount=self.amount.data,
        )


def _upload(sent: FileStorage | None) -> Upload | None:
    return Upload(sent.stream, sent.filename or "") if sent and sent.filename else None
