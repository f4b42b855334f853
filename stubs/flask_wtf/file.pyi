from collections.abc import Iterable
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import FileField as _FileField
from wtforms import MultipleFileField as _MultipleFileField
from wtforms.validators import DataRequired

class FileField(_FileField):
    data: FileStorage | None

class MultipleFileField(_MultipleFileField):
    data: list[FileStorage]

class FileRequired(DataRequired): ...

class FileAllowed:
    def __init__(self, upload_set: Iterable[str], message: Any = ...) -> None: ...
    def __call__(self, form: Any, field: Any) -> None: ...

class FileSize:
    def __init__(self, max_size: int, min_size: int = ..., message: Any = ...) -> None: ...
    def __call__(self, form: Any, field: Any) -> None: ...
