"""What is said of each reason, in English and Chinese.

A key is a reason's code, or a part that `explain` adds. This package stands alone, without the
translation catalogue of the website, because its command has to explain a result by itself.
"""

from __future__ import annotations

LOCALES = ("en", "zh")

SENTENCES: dict[str, dict[str, str]] = {
    "en": {
        "selected": "Chosen: {left} was left at its turn, {remaining} after it.",
        "filled": "Chosen at the end, out of the money that was left over: {left} was left at "
        "its turn, {remaining} after it.",
        "funded": "Chosen: somebody else pays for it in full, so this budget pays nothing.",
        "bought": "Chosen in round {round}",
        "bought_free": "Chosen: it costs nothing, and somebody supports it.",
        "per_head": " for {price} from each supporter",
        "per_point": " for {price} from each supporter for every point they gave it",
        "paid": ": ",
        "full": "{full} paid that",
        "and": ", ",
        "part": "{part} gave all they had left, {rest} together",
        "held": ". Before that its supporters had {held} together.",
        "carried": "Chosen in round {round}: with its cost shared out among its supporters "
        "({supporters}), each of them carries {load} in all, the least of any project then.",
        "below_threshold": "Not chosen: it needed at least {needed} and was {missing} short.",
        "too_dear": "Not chosen: it costs {short} more than the whole budget of {budget}.",
        "ceiling": "Not chosen: {ceiling} may get no more than {amount} in all. Only {left} of "
        "that was left, {short} too little.",
        "exclusive": "Not chosen: {winner} is chosen, and by the rules the two may not both be.",
        "misfit": "Not chosen: only {left} was left at its turn, {short} too little.",
        "after_stop": "Not chosen: the list ended before it, at {stopped_at}, which no longer "
        "fitted the budget.",
        "no_support": "Not chosen: nobody supports it.",
        "unaffordable": "Not chosen: its supporters still had {held} together, {missing} too "
        "little",
        "spent": "; they had already spent {spent}, above all on {spent_on}",
        "more": ". {more} with their full {endowment} would have been enough.",
        "over": " Of the money that was left over in the end, only {left} was there at its turn, "
        "{short} too little.",
        "load_stop": "Not chosen: it was the next in line, but only {left} was left, {short} too "
        "little. There the count ended.",
        "load_after": "Not chosen: the count ended before it, at {stopped_at}, which was next "
        "in line and no longer fitted the budget.",
        "behind": " With {behind_by} fewer than {rival}, it came too late to fit.",
        "tie_lost": " It had exactly as many {unit} as {rival}; the tie order announced "
        "beforehand put {rival} first.",
        "tie_won": " It had exactly as many {unit} as {tied}; the tie order announced beforehand "
        "put it first.",
        "level": " Only the tie order announced beforehand put it before {tied}.",
        "as_good": " In that round it did exactly as well as {tied}; the tie order announced "
        "beforehand put it first.",
    },
    "zh": {
        "selected": "入选：轮到它时还剩 {left}，选它之后还剩 {remaining}。",
        "filled": "最后用剩下的钱补选入选：轮到它时还剩 {left}，选它之后还剩 {remaining}。",
        "funded": "入选：它的费用全部由别人承担，不动用这份预算。",
        "bought": "第 {round} 轮入选",
        "bought_free": "入选：它不用花钱，而且有人支持。",
        "per_head": "：每位支持者出 {price}",
        "per_point": "：支持者每给它 1 分就出 {price}",
        "paid": "，",
        "full": "{full} 人付足了",
        "and": "，",
        "part": "{part} 人把剩下的钱都给了它，一共 {rest}",
        "held": "。在这之前，支持它的人手里一共有 {held}。",
        "carried": "第 {round} 轮入选：费用由 {supporters} 位支持者分担后，"
        "每人累计承担 {load}，是当时所有项目里最少的。",
        "below_threshold": "未入选：至少要有 {needed}支持，还差 {missing}。",
        "too_dear": "未入选：它的花费比全部预算 {budget} 还多 {short}。",
        "ceiling": "未入选：{ceiling}总共最多只能用 {amount}，轮到它时只剩 {left}，还差 {short}。",
        "exclusive": "未入选：{winner}已经入选，按规则这两个项目只能选一个。",
        "misfit": "未入选：轮到它时只剩 {left}，还差 {short}。",
        "after_stop": "未入选：排到{stopped_at}时钱不够了，按规则到此为止，没有轮到它。",
        "no_support": "未入选：没有人支持它。",
        "unaffordable": "未入选：支持它的人最后一共还剩 {held}，还差 {missing}",
        "spent": "；他们已经花掉 {spent}，主要用在{spent_on}上",
        "more": "。再有 {more}拿着全部 {endowment} 的支持者就够了。",
        "over": "最后用剩下的钱补选时，轮到它只剩 {left}，还差 {short}。",
        "load_stop": "未入选：按规则下一个就是它，但只剩 {left}，还差 {short}，计票到此为止。",
        "load_after": "未入选：排到{stopped_at}时钱不够了，计票到此为止，没有轮到它。",
        "behind": "它比{rival}少 {behind_by}，排在后面，所以没赶上。",
        "tie_lost": "它和{rival}的{unit}一样多，按事先公布的并列排序规则，{rival}排在前面。",
        "tie_won": "它和{tied}的{unit}一样多，按事先公布的并列排序规则，它排在前面。",
        "level": "它和{tied}打平，按事先公布的并列排序规则，它排在前面。",
        "as_good": "这一轮它和{tied}完全打平，按事先公布的并列排序规则，它排在前面。",
    },
}
LISTS = {"en": (", ", " and "), "zh": ("、", "和")}
UNITS = {
    "en": {"votes": "votes", "points": "points"},
    "zh": {"votes": "票数", "points": "得分"},
}
AMOUNTS = {
    "en": {
        "votes": ("{} vote", "{} votes"),
        "points": ("{} point", "{} points"),
        "more": ("{} more supporter", "{} more supporters"),
    },
    "zh": {"votes": ("{} 票",) * 2, "points": ("{} 分",) * 2, "more": ("{} 位",) * 2},
}
