from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, ParamSpec, TypeVar

from huey.consumer import Consumer

_P = ParamSpec("_P")
_R = TypeVar("_R")

class TaskWrapper(Generic[_P, _R]):
    def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> Any: ...
    def call_local(self, *args: _P.args, **kwargs: _P.kwargs) -> _R: ...

class Huey:
    immediate: bool
    def __init__(self, name: str = ..., results: bool = ..., **options: Any) -> None: ...
    def task(
        self,
        retries: int = ...,
        retry_delay: int = ...,
        *,
        priority: int | None = ...,
        name: str | None = ...,
    ) -> Callable[[Callable[_P, _R]], TaskWrapper[_P, _R]]: ...
    def periodic_task(
        self,
        validate_datetime: Callable[[datetime], bool],
        retries: int = ...,
        retry_delay: int = ...,
        *,
        priority: int | None = ...,
        name: str | None = ...,
    ) -> Callable[[Callable[_P, _R]], TaskWrapper[_P, _R]]: ...
    def create_consumer(self, **options: Any) -> Consumer: ...
    def pending_count(self) -> int: ...
    def scheduled_count(self) -> int: ...
    def flush(self) -> None: ...

class MemoryHuey(Huey): ...
class PostgresHuey(Huey): ...
class SqliteHuey(Huey): ...

def crontab(
    minute: str = ...,
    hour: str = ...,
    day: str = ...,
    month: str = ...,
    day_of_week: str = ...,
    strict: bool = ...,
) -> Callable[[datetime], bool]: ...
