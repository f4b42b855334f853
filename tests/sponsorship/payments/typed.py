"""Whether a dictionary is what one of stripe-python's typed parameter classes allows: every key
known, every choice one that is listed, down to the last level."""

from __future__ import annotations

import sys
import types
import typing
from typing import Any, Literal, Union, get_args, get_origin

from stripe import _request_options
from typing_extensions import is_typeddict

# Their modules write types as text, some of which Python 3.11 only reads with these names.
NAMES = {"UntypedStripeObject": dict, "StripeContext": str}


def problems(value: Any, kind: Any, path: str = "") -> list[str]:
    """What does not fit, by where it stands."""
    if is_typeddict(kind):
        return _of_dict(value, kind, path)
    inner, origin = get_args(kind), get_origin(kind)
    if origin in {typing.Required, typing.NotRequired}:
        return problems(value, inner[0], path)
    if origin in {Union, types.UnionType}:
        return _of_union(value, inner, path)
    if origin is list:
        return [p for n, one in enumerate(value) for p in problems(one, inner[0], f"{path}[{n}]")]
    if origin is Literal:
        fits = value in inner
    elif origin is dict:
        fits = all(isinstance(k, str) and isinstance(v, str) for k, v in value.items())
    else:
        fits = isinstance(value, kind)
    return [] if fits else [f"{path}: {value!r} is not listed"]


def _of_union(value: Any, kinds: tuple[Any, ...], path: str) -> list[str]:
    """A list of choices with ``str`` beside it stands for the choices."""
    listed = [one for one in kinds if get_origin(one) is Literal]
    if listed and isinstance(value, str):
        return problems(value, listed[0], path)
    found = [problems(value, one, path) for one in kinds if _same_shape(value, one)]
    return min(found, key=len, default=[f"{path}: {value!r}"])


def _same_shape(value: Any, kind: Any) -> bool:
    if is_typeddict(kind) or get_origin(kind) is dict:
        return isinstance(value, dict)
    origin = get_origin(kind)
    if origin is Literal:
        return isinstance(value, str)
    return isinstance(value, origin if isinstance(origin, type) else kind)


def _of_dict(value: Any, kind: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is no dictionary"]
    names = vars(_request_options) | vars(sys.modules[kind.__module__]) | NAMES
    hints = typing.get_type_hints(kind, names, include_extras=True)
    missing = [f"{path}.{name} is missing" for name in kind.__required_keys__ - value.keys()]
    found = [f"{path}.{name} is unknown" for name in value.keys() - hints.keys()]
    known = {name: one for name, one in value.items() if name in hints}
    inner = [p for name, one in known.items() for p in problems(one, hints[name], f"{path}.{name}")]
    return missing + found + inner
