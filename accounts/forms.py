"""The forms of signing in and of one's own pages."""

from __future__ import annotations

from flask_babel.speaklater import LazyString
from wtforms import BooleanField, PasswordField, SelectField
from wtforms.validators import InputRequired, Length

from accounts.addresses import LONGEST
from accounts.secrecy import LONGEST_PASSWORD
from core.forms import XForm, line, options
from core.i18n import LANGUAGE_NAMES, Message, lazy_gettext

REQUIRED: LazyString = lazy_gettext("Please fill this in.")
NAME_LENGTH = 80


def password_field(label: Message, autocomplete: str, hint: Message = "") -> PasswordField:
    """A password input; what was typed is never sent back."""
    too_long = lazy_gettext("At most %(most)s characters, please.", most=LONGEST_PASSWORD)
    return PasswordField(
        label,
        [InputRequired(REQUIRED), Length(max=LONGEST_PASSWORD, message=too_long)],
        description=hint,
        render_kw={"autocomplete": autocomplete, "maxlength": str(LONGEST_PASSWORD)},
    )


class AddressForm(XForm):
    """A phone number or a mailbox."""

    address = line(
        lazy_gettext("Phone number or e-mail"),
        LONGEST,
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )


class CodeForm(XForm):
    """The six digits that were sent, or that an app shows."""

    code = line(
        lazy_gettext("The six digits"),
        20,
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class StaffForm(XForm):
    """Staff's first factor."""

    email = line(
        lazy_gettext("E-mail"),
        LONGEST,
        render_kw={"autocomplete": "username", "autocapitalize": "none", "inputmode": "email"},
    )
    password = password_field(lazy_gettext("Password"), "current-password")


class SecondFactorForm(XForm):
    """Staff's second factor."""

    code = line(
        lazy_gettext("Code"),
        40,
        description=lazy_gettext("The six digits in your app, or one of your recovery codes."),
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters"},
    )


class NewPasswordForm(XForm):
    """A first password."""

    password = password_field(
        lazy_gettext("New password"),
        "new-password",
        lazy_gettext("At least 12 characters. Four words that do not rhyme are easy to keep."),
    )


class ChangePasswordForm(XForm):
    """Another password."""

    old = password_field(lazy_gettext("Your password now"), "current-password")
    password = password_field(
        lazy_gettext("New password"),
        "new-password",
        lazy_gettext("At least 12 characters. Four words that do not rhyme are easy to keep."),
    )


class AuthenticatorForm(XForm):
    """Another authenticator app."""

    password = password_field(lazy_gettext("Your password"), "current-password")
    code = line(
        lazy_gettext("The six digits that the new app shows"),
        20,
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class PasswordForm(XForm):
    """One's password, to be sure."""

    password = password_field(lazy_gettext("Your password"), "current-password")


class LocaleForm(XForm):
    """The language of messages."""

    locale = SelectField(
        lazy_gettext("Language of messages to you"), choices=options(LANGUAGE_NAMES.items())
    )


class ProfileForm(LocaleForm):
    """What a person says of themselves before being verified."""

    name = line(
        lazy_gettext("Your name"),
        NAME_LENGTH,
        required=False,
        description=lazy_gettext("The public sees only the family name, as 张* or Maria K."),
        render_kw={"autocomplete": "name"},
    )
    area = SelectField(
        lazy_gettext("Where you live"),
        coerce=int,
        description=lazy_gettext("You see what concerns your community first."),
    )


class EraseForm(XForm):
    """The word that says one means it."""

    word = line(lazy_gettext("Type “erase” to confirm"), 20)
    understood = BooleanField(
        lazy_gettext("I know that this cannot be undone."), [InputRequired(REQUIRED)]
    )
