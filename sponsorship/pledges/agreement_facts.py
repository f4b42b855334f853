"""What an agreement says about its pledge, in each language."""

from __future__ import annotations

from collections.abc import Callable

from babel.numbers import format_currency
from flask_babel import force_locale

from core.i18n import LOCALES, date_full, format_money, localize
from core.types import MINOR_UNITS, Texts
from ledger.capitals import capitals
from sponsorship.guidance.queries import terms_of
from sponsorship.models import Agreement, Pledge, PledgeKind
from sponsorship.pledges import agreement_text as texts
from sponsorship.pledges.agreement_text import fill
from sponsorship.pledges.words import KINDS


def agreement_texts(template: Texts, pledge: Pledge, agreement: Agreement) -> Texts:
    """A template with all that is agreed, in both languages; a language that the template lacks is
    left out."""
    said: Texts = {}
    for locale in LOCALES:
        if template.get(locale):
            with force_locale(locale):
                said[locale] = fill(template[locale], _facts(pledge, agreement, locale))
    return said


def amount_in_words(amount: int, currency: str, locale: str) -> str:
    """An amount as papers repeat it: Chinese capitals, or the figure with the currency's name."""
    if words := capitals(amount, currency):
        return words
    units = MINOR_UNITS.get(currency, 100)
    value = amount / units
    return format_currency(value, currency, locale=locale, format_type="name")


def _facts(pledge: Pledge, agreement: Agreement, locale: str) -> dict[str, str]:
    opening, terms = pledge.opening, terms_of(pledge.version)
    business = pledge.business

    def local(value: Texts | None) -> str:
        return str(localize(value, locale)) or texts.NOTHING[locale]

    purpose = opening.project.title if opening.project else opening.category or opening.about
    return {
        "number": pledge.number,
        "area": local(opening.call.area.name),
        "business": local(business.name) if business else "",
        "code": business.code if business else "",
        "call": local(pledge.version.title),
        "version": str(pledge.version.number),
        "purpose": local(purpose),
        "gift": _gift(pledge, locale),
        "days": _days(pledge, locale),
        "match": _match(pledge, locale),
        "condition": _condition(pledge, locale),
        "naming": local(terms.naming),
        "named": (texts.UNNAMED if pledge.anonymous else texts.NAMED)[locale],
        "gets": local(terms.gets),
        "gets_not": local(terms.gets_not),
        "sign_by": date_full(agreement.sign_by),
    }


def _money(pledge: Pledge) -> Callable[[int], str]:
    return lambda amount: format_money(amount, pledge.currency, decimals=True)


def _gift(pledge: Pledge, locale: str) -> str:
    words = texts.MONEY if pledge.kind == PledgeKind.MONEY else texts.IN_KIND
    facts = {
        "amount": _money(pledge)(pledge.amount),
        "words": amount_in_words(pledge.amount, pledge.currency, locale),
        "kind": str(KINDS[pledge.kind]),
        "what": pledge.what,
        "valuation": pledge.valuation,
    }
    return fill(words[locale], facts)


def _days(pledge: Pledge, locale: str) -> str:
    if pledge.kind != PledgeKind.MONEY:
        return fill(texts.DELIVERED[locale], {"day": date_full(pledge.due_on)})
    money = _money(pledge)
    return "\n".join(
        fill(
            texts.PART[locale],
            {"number": str(one.number), "amount": money(one.amount), "day": date_full(one.due_on)},
        )
        for one in pledge.instalments
    )


def _match(pledge: Pledge, locale: str) -> str:
    if not pledge.match:
        return texts.UNMATCHED[locale]
    return fill(texts.MATCHED[locale], {"amount": _money(pledge)(pledge.match)})


def _condition(pledge: Pledge, locale: str) -> str:
    target = pledge.opening.target
    if not pledge.only_if_met or target is None:
        return texts.AS_IT_COMES[locale]
    facts = {"target": _money(pledge)(target), "deadline": date_full(pledge.opening.deadline)}
    return fill(texts.ONLY_IF_MET[locale], facts)
