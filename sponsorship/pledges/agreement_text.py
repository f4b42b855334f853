"""The text of agreements: the default template, the names that templates may use, and filling them
in. The Chinese text holds, the English one is its translation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from core.i18n import LOCALES, Message, lazy_gettext
from core.types import Texts

_NAME = re.compile(r"\{(\w*)\}")

# What stands in braces in a template, and what becomes of it.
NAMES: dict[str, Message] = {
    "number": lazy_gettext("the pledge's number"),
    "area": lazy_gettext("the area of the call"),
    "business": lazy_gettext("the business"),
    "code": lazy_gettext("its number in the register"),
    "call": lazy_gettext("the call's title"),
    "version": lazy_gettext("the number of the call's version"),
    "purpose": lazy_gettext("what the pledge is for"),
    "gift": lazy_gettext("what is given, the amount in figures and words"),
    "days": lazy_gettext("the days of payment or delivery"),
    "match": lazy_gettext("what public money adds"),
    "condition": lazy_gettext("on what it depends, and what is given back when"),
    "naming": lazy_gettext("the limits of naming and advertising"),
    "named": lazy_gettext("whether the sponsor is named"),
    "gets": lazy_gettext("what sponsors get"),
    "gets_not": lazy_gettext("what sponsors do not get"),
    "sign_by": lazy_gettext("the last day for signing"),
}
# Without these it would not be clear who agrees on what.
NEEDED = ("number", "area", "business", "purpose", "gift", "days", "match", "condition", "sign_by")

# The platform's own template, until an area has written one.
_FOLDER = Path(__file__).with_name("agreements")
DEFAULT: Texts = {
    locale: (_FOLDER / f"{locale}.txt").read_text(encoding="utf-8").strip() for locale in LOCALES
}

# Clauses that depend on the pledge.
ONLY_IF_MET: Texts = {
    "zh_Hans": (
        "本赞助以{deadline}前凑齐目标金额 {target} 为条件。"
        "届时未凑齐的，本协议终止，已付款项全额退还乙方。"
    ),
    "en": (
        "This holds only if the target of {target} is reached by {deadline}. If it is not, this"
        " agreement ends, and all that was paid is given back to Party B."
    ),
}
AS_IT_COMES: Texts = {
    "zh_Hans": "本赞助不以凑齐目标金额为条件。项目取消的，尚未拨付的款项退还乙方。",
    "en": (
        "This does not depend on any target. If the project is cancelled, what was not released to"
        " it is given back to Party B."
    ),
}
UNNAMED: Texts = {"zh_Hans": "乙方选择不署名。", "en": "Party B chooses not to be named."}
NAMED: Texts = {"zh_Hans": "乙方同意公开署名。", "en": "Party B agrees to be named in public."}
NOTHING: Texts = {"zh_Hans": "无另行规定。", "en": "Nothing further is laid down."}
MONEY: Texts = {
    "zh_Hans": "资金 {amount}（大写：{words}）",
    "en": "Money: {amount} (in words: {words})",
}
IN_KIND: Texts = {
    "zh_Hans": "{kind}：{what}\n价值 {amount}（大写：{words}），估值依据：{valuation}",
    "en": (
        "{kind}: {what}\nIts value is {amount} (in words: {words}), found as follows: {valuation}"
    ),
}
MATCHED: Texts = {
    "zh_Hans": "公共资金为本赞助配套 {amount}，已从配套资金中预留；乙方未按约付款的，相应释放。",
    "en": (
        "Public money adds {amount}, which is set aside for it; it is set free again if Party B"
        " does not pay as agreed."
    ),
}
UNMATCHED: Texts = {"zh_Hans": "本赞助没有公共资金配套。", "en": "No public money is added."}
PART: Texts = {
    "zh_Hans": "第 {number} 期：{day}前付 {amount}",
    "en": "Part {number}: {amount} by {day}",
}
DELIVERED: Texts = {"zh_Hans": "{day}前交付", "en": "Delivered by {day}"}


def fill(template: str, facts: Mapping[str, str]) -> str:
    """A text with the facts where their names stand in braces; what is no name stays."""
    return _NAME.sub(lambda found: facts.get(found[1], found[0]), template)


def strange_names(template: str) -> list[str]:
    """What stands in braces but is none of ``NAMES``."""
    return sorted({name for name in _NAME.findall(template) if name not in NAMES})


def missing_names(template: str) -> list[str]:
    """What every agreement has to say but this template does not."""
    used = set(_NAME.findall(template))
    return [name for name in NEEDED if name not in used]
