from collections.abc import Callable
from typing import Any

# Not a str when it runs, but WTForms, Jinja and string operators take it as one; WTForms' types
# know only str.
class LazyString(str):
    def __new__(cls, func: Callable[..., str], *args: Any, **kwargs: Any) -> LazyString: ...
    _args: tuple[Any, ...]
    def __html__(self) -> str: ...
