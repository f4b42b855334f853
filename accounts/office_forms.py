"""The forms of officers and administrators, and the request that officers answer."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from accounts.addresses import LONGEST
from accounts.forms import NAME_LENGTH, REQUIRED
from accounts.words import ORGANISATION_KINDS, ROLES
from core.forms import XForm, line, options, text
from core.i18n import lazy_gettext
from core.text import tidy_line

_YEAR = lazy_gettext("Please write a year, such as 1956.")


class VerificationForm(XForm):
    """What a real name is checked by."""

    name = line(
        lazy_gettext("Name as on the identity card"),
        NAME_LENGTH,
        render_kw={"autocomplete": "name"},
    )
    id_tail = StringField(
        lazy_gettext("Last four characters of the identity number"),
        [
            InputRequired(REQUIRED),
            Regexp("^[0-9]{3}[0-9X]$", message=lazy_gettext("Four digits, or three and an X.")),
        ],
        [lambda typed: tidy_line(typed).upper()],
        render_kw={"autocapitalize": "characters"},
    )
    birth_year = IntegerField(
        lazy_gettext("Year of birth"),
        [InputRequired(REQUIRED), NumberRange(1900, 2100, _YEAR)],
        render_kw={"inputmode": "numeric", "autocomplete": "bday-year"},
    )
    area = SelectField(lazy_gettext("Community where you are registered"), coerce=int)


class InPersonForm(VerificationForm):
    """A check on the spot, the document in hand."""

    address = line(lazy_gettext("Their phone number or e-mail"), LONGEST)
    seen = BooleanField(
        lazy_gettext("I have seen the identity card myself."), [InputRequired(REQUIRED)]
    )


class RefuseForm(XForm):
    """Why a name could not be confirmed."""

    reason = text(
        lazy_gettext("Reason, as the resident will read it"),
        500,
        description=lazy_gettext("Say what did not fit and what to bring."),
    )


class RegisterForm(XForm):
    """An electoral register."""

    area = SelectField(lazy_gettext("For which area"), coerce=int)
    file = FileField(
        lazy_gettext("CSV file"),
        [FileRequired(lazy_gettext("Please choose a file."))],
        description=lazy_gettext(
            "First line: masked_id, name, area, birth_year (or 证件号, 姓名, 社区, 出生年份). "
            "UTF-8 or GBK, at most 20 MB and 500,000 lines."
        ),
    )


class AreaForm(XForm):
    """An area's names and outline."""

    name_zh = line(lazy_gettext("Name in Chinese"), NAME_LENGTH, required=False)
    name_en = line(lazy_gettext("Name in English"), NAME_LENGTH, required=False)
    parent = SelectField(lazy_gettext("Lies in"), coerce=int)
    boundary = text(
        lazy_gettext("Outline"),
        200_000,
        required=False,
        description=lazy_gettext("A GeoJSON polygon, if you have one; maps will show it."),
        render_kw={"rows": "4"},
    )


class OrganisationForm(XForm):
    """An organisation's kind, names and description."""

    kind = SelectField(lazy_gettext("Kind"), choices=options(ORGANISATION_KINDS.items()))
    name_zh = line(lazy_gettext("Name in Chinese"), NAME_LENGTH, required=False)
    name_en = line(lazy_gettext("Name in English"), NAME_LENGTH, required=False)
    about_zh = text(lazy_gettext("What it does, in Chinese"), 1000, required=False)
    about_en = text(lazy_gettext("What it does, in English"), 1000, required=False)


class GrantForm(XForm):
    """A role for somebody."""

    email = line(
        lazy_gettext("Their e-mail"),
        LONGEST,
        description=lazy_gettext("If it is new here, we send a link for choosing a password."),
        render_kw={"inputmode": "email", "autocapitalize": "none"},
    )
    name = line(lazy_gettext("Their name"), NAME_LENGTH)
    role = SelectField(lazy_gettext("Role"), choices=options(ROLES.items()))
    organisation = SelectField(
        lazy_gettext("For which organisation"),
        coerce=int,
        description=lazy_gettext("Only for roles that act for one; else leave it open."),
    )
    starts_on = DateField(lazy_gettext("First day"), [InputRequired(REQUIRED)])
    ends_on = DateField(lazy_gettext("Last day (empty: until ended)"), [Optional()])
