"""Amounts in Chinese capitals (大写金额), as banks and vouchers write them. Pure."""

from __future__ import annotations

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ((10**8, "亿"), (10**4, "万"))


def capitals(amount: int, currency: str = "CNY") -> str | None:
    """``amount`` fen in capitals, such as 人民币壹仟零伍元整; None for another currency.

    Follows the rules for filling in bills (支付结算办法, appendix 1): zeros between figures are
    one 零, an amount without fen ends with 整, and 零 stands before fen without jiao.
    Raises ``ValueError`` below zero.
    """
    if amount < 0:
        raise ValueError("an amount in capitals is not negative")
    if currency != "CNY":
        return None
    yuan, rest = divmod(amount, 100)
    jiao, fen = divmod(rest, 10)
    said = _whole(yuan) + "元" if yuan or not rest else ""
    if jiao:
        said += _DIGITS[jiao] + "角"
    elif fen and yuan:
        said += "零"
    said += _DIGITS[fen] + "分" if fen else "整"
    return "人民币" + said


def _whole(number: int) -> str:
    for size, name in _GROUPS:
        if number >= size:
            high, low = divmod(number, size)
            return _whole(high) + name + _after(low, size)
    return _four(number) or "零"


def _after(low: int, size: int) -> str:
    """What follows 亿 or 万: nothing, or with 零 when its first place is empty."""
    if not low:
        return ""
    return ("零" if low < size // 10 else "") + _whole(low)


def _four(number: int) -> str:
    said, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + _PLACES[place]
        gap = not digit
    return said
