"""Rows of several kinds in one query: each kind as one JSON array, on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ScalarSelect, Select, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _JsonObject(FunctionElement[Any]):
    """An object of names and values in turn."""

    type = JSON()
    inherit_cache = True


class _JsonArray(FunctionElement[Any]):
    """All values of a group as an array, which is empty where there is no row."""

    type = JSON()
    inherit_cache = True


@compiles(_JsonObject, "sqlite")
def _object_sqlite(element: _JsonObject, compiler: Any, **values: Any) -> str:
    return f"json_object({compiler.process(element.clauses, **values)})"


@compiles(_JsonObject)
def _object(element: _JsonObject, compiler: Any, **values: Any) -> str:
    return f"json_build_object({compiler.process(element.clauses, **values)})"


@compiles(_JsonArray, "sqlite")
def _array_sqlite(element: _JsonArray, compiler: Any, **values: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **values)})"


@compiles(_JsonArray)
def _array(element: _JsonArray, compiler: Any, **values: Any) -> str:
    return f"coalesce(json_agg({compiler.process(element.clauses, **values)}), '[]'::json)"


def json_rows(rows: Select[*tuple[Any, ...]]) -> ScalarSelect[Any]:
    """The rows of a query as one JSON array of objects by column, to be asked beside others.

    Their order is not kept. Times come as ISO texts (see ``moment``), JSON columns perhaps as
    texts (see ``value``).
    """
    inner = rows.subquery()
    pairs = [part for column in inner.c for part in (literal_column(f"'{column.name}'"), column)]
    return select(_JsonArray(_JsonObject(*pairs))).select_from(inner).scalar_subquery()


def moment(text: str | None) -> datetime | None:
    """A time out of a JSON row."""
    if text is None:
        return None
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def value(found: Any) -> Any:
    """The value of a JSON column out of a JSON row, which SQLite gives as a text."""
    return json.loads(found) if isinstance(found, str) else found
