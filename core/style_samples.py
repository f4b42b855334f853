"""What the living style guide shows: invented content for every component."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FileField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from core.clock import now
from core.forms import LocalDateTimeField, MoneyField, line, options
from core.i18n import Localized, format_money, localize


def say(zh: str, en: str) -> str:
    """Sample content in the reader's language; it is content, so it is kept as content is."""
    return localize({"zh_Hans": zh, "en": en}).text


def samples() -> dict[str, Any]:
    """The template values of the style guide, in the reader's language."""
    return {
        "say": say,
        "deadline": now() + timedelta(days=6),
        "past": datetime(2026, 5, 31, 12, 0, tzinfo=UTC),
        "only_chinese": Localized("河边那块地荒了八年。", "zh_Hans", fallback=True),
        "page": {"number": 2, "pages": 7},
        "phases": _phases(),
        "life": _life(),
        "segments": _segments(),
        "sources": _sources(),
        "payments": _payments(),
        "choices": _choices(),
        "form": _form(),
    }


def _phases() -> list[dict[str, str | None]]:
    rows = [
        ("提出", "Proposals", "3 月 4 日", "4 March", "done"),
        ("评审", "Review", "4 月 20 日", "20 April", "done"),
        ("投票", "Vote", "到周日 20:00", "until Sunday 20:00", "now"),
        ("建设", "Delivery", "预计 9 月", "September", "next"),
        ("评价", "Evaluation", "", "", "next"),
    ]
    return [
        {"label": say(zh, en), "when": say(when_zh, when_en) or None, "state": state}
        for zh, en, when_zh, when_en, state in rows
    ]


def _entry(at: date, tone: str, title: str, **more: str) -> dict[str, Any]:
    fields = dict.fromkeys(("detail", "actor", "reason", "proof", "url"))
    return {"at": at, "tone": tone, "title": title, **fields, **more}


def _life() -> list[dict[str, Any]]:
    paid = format_money(11520000)
    return [
        _entry(date(2026, 12, 18), "next", say("第 3 个里程碑", "Third milestone")),
        _entry(
            date(2026, 11, 12),
            "money",
            say(f"支付第二笔 {paid} 给绿野园林", f"Second payment of {paid} to Greenfield Gardens"),
            actor=say("申请：李*；批准：周*、陈*", "Asked by Li *; approved by Zhou * and Chen *"),
            proof=say("日志 #18,977 · 检查点 19,004", "Log #18,977 · checkpoint 19,004"),
            url="#life",
        ),
        _entry(
            date(2026, 8, 15),
            "decision",
            say("三家竞标，绿野园林中标", "Greenfield Gardens won among three bids"),
            reason=say("报价和综合评分都是第一", "the lowest price and the best score"),
        ),
        _entry(date(2026, 3, 4), "step", say("张* 提出", "Proposed by Zhang *")),
    ]


def _segments() -> list[dict[str, Any]]:
    rows = [
        ("滨河口袋公园", "Riverside pocket park", 38400000, 32),
        ("青松里扶手", "Handrails in Qingsong Lane", 21600000, 18),
        ("四点半课堂", "After-school class", 18000000, 15),
    ]
    return [
        {
            "name": say(zh, en),
            "cost": format_money(cost),
            "percent": share,
            "href": "#ballot-sample",
        }
        for zh, en, cost, share in rows
    ]


def _sources() -> list[dict[str, Any]]:
    rows = [
        ("blue", "街道财政 77%", "Sub-district budget 77%", 77),
        ("gold", "企业赞助 15%", "Sponsors 15%", 15),
        ("gold-soft", "配资 8%", "Matching 8%", 8),
    ]
    return [{"tone": tone, "label": say(zh, en), "percent": part} for tone, zh, en, part in rows]


def _payments() -> list[dict[str, Any]]:
    rows = [
        (date(2026, 11, 12), "滨河口袋公园", "Riverside pocket park", 11520000, 147),
        (date(2026, 11, 10), "四点半课堂", "After-school class", 1480000, 121),
        (date(2026, 11, 6), "老街灯光改造", "Old Street lighting", 2090050, 78),
    ]
    return [
        {"on": on, "project": say(zh, en), "amount": amount, "support": support}
        for on, zh, en, amount, support in rows
    ]


def _choices() -> list[dict[str, Any]]:
    rows = [
        ("滨河社区口袋公园", "Riverside pocket park", 38400000, "on", ""),
        ("共享工具房", "Shared tool shed", 6500000, "", ""),
        ("老街灯光改造", "Old Street lighting", 46000000, "", format_money(4000000)),
    ]
    return [
        {"name": say(zh, en), "cost": cost, "chosen": bool(on), "missing": missing}
        for zh, en, cost, on, missing in rows
    ]


def _form() -> Form:
    kinds = options([("green", say("环境", "Green")), ("old", say("适老", "Elderly"))])

    class StyleForm(Form):
        name = line(say("项目名称", "Project name"), 60)
        budget = MoneyField(
            say("大约要多少钱", "About how much"),
            [InputRequired()],
            description=say(
                "估个数就行，街道会核算。", "A guess will do; the office works it out."
            ),
        )
        what = TextAreaField(say("想做什么", "What should happen"))
        area = SelectField(say("哪个社区", "Which community"), choices=kinds)
        kind = RadioField(say("是哪一类", "What kind"), choices=kinds, default="green")
        helps = SelectMultipleField(
            say("对谁有用", "Who it is for"),
            choices=kinds,
            option_widget=CheckboxInput(),
            widget=ListWidget(prefix_label=False),
        )
        visit = LocalDateTimeField(say("什么时候方便看现场", "When could we come and look"))
        photo = FileField(say("照片", "Photo"))
        agree = BooleanField(say("可以公开我的姓氏", "My family name may be shown"))

    form = StyleForm(MultiDict({"budget": "-5", "area": "old", "kind": "green"}))
    form.validate()
    return form
