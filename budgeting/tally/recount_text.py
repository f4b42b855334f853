"""A recount in words, in English and Chinese, short enough to follow for two hundred projects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from budgeting.tally.explain import explain
from budgeting.tally.numbers import Number, short_text
from budgeting.tally.recount import Recount, Turn
from budgeting.tally.replay import Payment, Purchase

_LINES = 6  # of different payments that are told one by one

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "ballots": "{voters} ballots share a budget of {budget}.",
        "start": "Each begins with {endowment}, together {together}.",
        "raised": "An equal share of the budget is {start}. So that more of it is used, "
        "everybody’s money was raised step by step to {endowment}, together {together}. Only "
        "what is bought is paid from the budget.",
        "purchase": "{round}. {title} costs {cost}. The price for each supporter is {price}.",
        "purchase_points": "{round}. {title} costs {cost}. The price for each point is {price}.",
        "carried": "{round}. {title} costs {cost}. Afterwards each supporter carries {price}.",
        "full": "{voters} × {paid} = {sum}",
        "part": "{voters} × {paid} = {sum}, all they had left",
        "rises": "{voters} × {paid} more = {sum}",
        "nothing": "{voters} × 0: they had nothing left",
        "others_full": "{voters} others, from {least} to {most} each = {sum}",
        "others_part": "{voters} others gave all they had left, from {least} to {most} each = "
        "{sum}",
        "sum": "Together {cost}, exactly the cost.",
        "left": "All voters together have {left} left.",
        "short": "In the end the money of their supporters was not enough for these:",
        "shortage": "{title} costs {cost}; its supporters have {held}, {missing} too little.",
        "greedy": "The projects by the number of {unit}, the most first, with what is left:",
        "filled": "What is left of the budget is offered to the others one by one:",
        "stopped": "The next one no longer fits:",
        "overruled": "More voters liked the winners by number of votes better. These stand.",
        "taken": "{title} ({score}): {left} − {cost} = {rest}",
        "missed": "{title} ({score}): {cost} does not fit into {left}",
        "others": "The other projects:",
        "result": "{number} projects for {cost} of {budget}: {titles}.",
        "votes": "votes",
        "points": "points",
        "and": ", ",
    },
    "zh": {
        "ballots": "{voters} 张选票，预算 {budget}。",
        "start": "每人先有 {endowment}，一共 {together}。",
        "raised": "预算平分，每人 {start}。为了多用上预算，每人的钱一步步加到 {endowment}，"
        "一共 {together}。只有买下的项目才由预算付款。",
        "purchase": "{round}. {title}，花费 {cost}。每位支持者应出 {price}。",
        "purchase_points": "{round}. {title}，花费 {cost}。每 1 分应出 {price}。",
        "carried": "{round}. {title}，花费 {cost}。之后每位支持者累计承担 {price}。",
        "full": "{voters} 人 × {paid} = {sum}",
        "part": "{voters} 人 × {paid} = {sum}，这是他们剩下的全部",
        "rises": "{voters} 人 × 再加 {paid} = {sum}",
        "nothing": "{voters} 人 × 0：他们已经没有钱了",
        "others_full": "另外 {voters} 人，每人 {least} 到 {most} = {sum}",
        "others_part": "另外 {voters} 人把剩下的全给了，每人 {least} 到 {most} = {sum}",
        "sum": "合计 {cost}，正好等于花费。",
        "left": "全体投票人一共还剩 {left}。",
        "short": "最后，支持者剩下的钱不够买下面这些项目：",
        "shortage": "{title}，花费 {cost}；支持它的人还有 {held}，差 {missing}。",
        "greedy": "各项目按{unit}从高到低，以及轮到时还剩的钱：",
        "filled": "预算剩下的钱依次用来补选其他项目：",
        "stopped": "下一个项目已经放不下：",
        "overruled": "更多投票人更喜欢按票数选出的结果，因此以它为准。",
        "taken": "{title}（{score}）：{left} − {cost} = {rest}",
        "missed": "{title}（{score}）：{cost} 大于剩下的 {left}",
        "others": "其他项目：",
        "result": "共 {number} 个项目，花费 {cost}，预算 {budget}：{titles}。",
        "votes": "票数",
        "points": "得分",
        "and": "、",
    },
}


def recount_text(
    found: Recount,
    locale: str = "en",
    *,
    money: Callable[[Number], str] = short_text,
    title: Callable[[str], str] = str,
) -> str:
    """Tell a recount in `locale`, "en" or "zh", line by line. Raises KeyError for another."""
    return "\n".join(_Teller(found, locale, _WORDS[locale], money, title).lines())


@dataclass(frozen=True, slots=True)
class _Teller:
    found: Recount
    locale: str
    words: dict[str, str]
    money: Callable[[Number], str]
    title: Callable[[str], str]

    def lines(self) -> Iterator[str]:
        """The whole report."""
        yield from self._opening()
        for number, purchase in enumerate(self.found.purchases, 1):
            yield from self._purchase(number, purchase)
        if self.found.shortages:
            yield self.words["short"]
        for short in self.found.shortages:
            yield "   " + self._say(
                "shortage",
                title=self._name(short.project),
                cost=short.cost,
                held=short.held,
                missing=short.cost - short.held,
            )
        yield from self._turns()
        yield from self._closing()

    def _opening(self) -> Iterator[str]:
        found = self.found
        yield self._say("ballots", voters=str(found.voters), budget=found.budget)
        if found.endowment is None or found.start is None:
            return
        together = found.endowment * found.voters
        raised = found.endowment > found.start
        yield self._say(
            "raised" if raised else "start",
            start=found.start,
            endowment=found.endowment,
            together=together,
        )

    def _purchase(self, number: int, purchase: Purchase) -> Iterator[str]:
        key = "purchase_points" if self.found.per_point else "purchase"
        yield self._say(
            "carried" if purchase.left is None else key,
            round=str(number),
            title=self._name(purchase.project),
            cost=purchase.cost,
            price=purchase.price,
        )
        full = "rises" if purchase.left is None else "full"
        payments = purchase.payments
        yield from self._payments([p for p in payments if p.in_full], full)
        yield from self._payments([p for p in payments if not p.in_full and p.paid], "part")
        for empty in (p for p in payments if not p.in_full and not p.paid):
            yield "   " + self._say("nothing", voters=str(empty.voters))
        yield "   " + self._say("sum", cost=purchase.cost)
        if purchase.left is not None:
            yield "   " + self._say("left", left=purchase.left)

    def _payments(self, payments: list[Payment], key: str) -> Iterator[str]:
        """Each payment on a line, but of many the smaller ones together."""
        shown = payments if len(payments) <= _LINES else payments[: _LINES - 1]
        for payment in shown:
            paid, voters = payment.paid, payment.voters
            yield "   " + self._say(key, voters=str(voters), paid=paid, sum=voters * paid)
        if others := payments[len(shown) :]:
            yield "   " + self._say(
                "others_part" if key == "part" else "others_full",
                voters=str(sum(payment.voters for payment in others)),
                least=others[-1].paid,
                most=others[0].paid,
                sum=sum(payment.voters * payment.paid for payment in others),
            )

    def _turns(self) -> Iterator[str]:
        found = self.found
        if found.standing != found.rule:
            yield self.words["overruled"]
        if not found.turns:
            return
        headings = {"greedy": "greedy", "phragmen": "stopped"}
        yield self._say(headings.get(found.standing, "filled"), unit=self.words[found.unit])
        for turn in found.turns:
            yield "   " + self._turn(turn)

    def _turn(self, turn: Turn) -> str:
        return self._say(
            "taken" if turn.selected else "missed",
            title=self._name(turn.project),
            score=short_text(turn.score),
            cost=turn.cost,
            left=turn.left,
            rest=turn.left - turn.cost,
        )

    def _closing(self) -> Iterator[str]:
        found = self.found
        if found.others:
            yield self.words["others"]
        for other in found.others:
            why = explain(other.reason, self.locale, money=self.money, title=self.title)
            yield f"   {self._name(other.project)}. {why}"
        yield self._say(
            "result",
            number=str(len(found.selected)),
            cost=found.cost,
            budget=found.budget,
            titles=self.words["and"].join(map(self._name, found.selected)) or "-",
        )

    def _name(self, project: str) -> str:
        return f"“{self.title(project)}”"

    def _say(self, key: str, **params: Number | str) -> str:
        shown = {k: v if isinstance(v, str) else self.money(v) for k, v in params.items()}
        return self.words[key].format_map(shown)
