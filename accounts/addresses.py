"""Phone numbers and mailboxes: one spelling for each, and what may be shown of it."""

from __future__ import annotations

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from core.errors import Invalid
from core.i18n import Message, lazy_gettext
from core.text import tidy_line

LONGEST = 254
REGION = "CN"


def normalise_address(typed: str) -> str:
    """A phone number as E.164, or a mailbox in lower case.

    Raises ``Invalid`` (field ``address``) for what is neither. No network is asked.
    """
    typed = tidy_line(typed)
    if "@" in typed or "＠" in typed:
        return normalise_email(typed, "address")
    return _phone(typed)


def normalise_email(typed: str, field: str = "email") -> str:
    """A mailbox in lower case. Raises ``Invalid`` (``field``) for what is none."""
    try:
        found = validate_email(typed.replace("＠", "@"), check_deliverability=False)
    except EmailNotValidError as error:
        raise _invalid(
            lazy_gettext("This does not look like an e-mail address. An example: li@example.com"),
            field,
        ) from error
    return found.normalized.lower()


def _phone(typed: str) -> str:
    problem = lazy_gettext("This does not look like a phone number. An example: 138 0000 0000")
    try:
        number = phonenumbers.parse(typed, REGION)
    except phonenumbers.NumberParseException as error:
        raise _invalid(problem) from error
    if not phonenumbers.is_valid_number(number):
        raise _invalid(problem)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _invalid(problem: Message, field: str = "address") -> Invalid:
    return Invalid(problem, fields={field: problem})


def is_email(address: str) -> bool:
    """Whether a normalised address is a mailbox (else a phone)."""
    return "@" in address


def mask_address(address: str) -> str:
    """As much of an address as its owner needs to recognise it: ``+86139****0001``."""
    if is_email(address):
        name, _, domain = address.partition("@")
        return f"{name[:2]}***@{domain}"
    return f"{address[:-8]}****{address[-4:]}"
