"""Tables that only ever grow: what makes the database itself refuse any change of a row.

Migrations run what is made here. Whoever owns the database can remove a guard; what they do then
is for the signed log to show.
"""

from __future__ import annotations

from collections.abc import Sequence

_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: no % of what is recorded', TG_TABLE_NAME, lower(TG_OP)
        USING ERRCODE = 'restrict_violation';
END $$
"""


def append_only(
    table: str,
    dialect: str,
    *,
    keys: Sequence[Sequence[str]],
    once: Sequence[str] = (),
    fixed: Sequence[str] = (),
) -> list[str]:
    """Statements that make a table refuse UPDATE, DELETE, TRUNCATE and SQLite's REPLACE.

    ``keys`` lists the columns of the primary key and of each unique constraint, by which SQLite
    would replace a row. Columns in ``once`` may go from NULL to a value, once; ``fixed`` then
    lists all the others. What is refused raises ``sqlalchemy.exc.IntegrityError``. On SQLite
    ON CONFLICT DO NOTHING is refused too where there is a conflict: ask for the row beforehand.
    """
    if bool(once) != bool(fixed):
        raise ValueError("columns that are set once need the list of all others")
    allowed = _set_once(once, fixed, "IS" if dialect == "sqlite" else "IS NOT DISTINCT FROM")
    make = _sqlite if dialect == "sqlite" else _postgresql
    return make(table, f"NOT ({allowed})" if allowed else "", keys)


def unguarded(table: str, dialect: str) -> list[str]:
    """Statements that remove what ``append_only`` made, for a downgrade that keeps the table."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_{on}" for on in ("update", "delete", "replace")]
    return [f"DROP TRIGGER {table}_{on} ON {table}" for on in ("update", "delete", "truncate")]


def _set_once(once: Sequence[str], fixed: Sequence[str], same: str) -> str:
    kept = [f"NEW.{column} {same} OLD.{column}" for column in fixed]
    given = [f"(OLD.{column} IS NULL AND NEW.{column} IS NOT NULL)" for column in once]
    return " AND ".join(kept + given)


def _sqlite(table: str, refused: str, keys: Sequence[Sequence[str]]) -> list[str]:
    """REPLACE, in an insert or an update, removes the rows in its way without a word unless
    ``recursive_triggers`` is on, which a stranger's connection need not have: so whatever has a
    key that is there already is refused before."""
    there = " OR ".join(
        "(" + " AND ".join(f"{column} = NEW.{column}" for column in key) + ")" for key in keys
    )
    other = f"EXISTS (SELECT 1 FROM {table} WHERE rowid <> OLD.rowid AND ({there}))"  # nosec B608 # names from migrations
    update = f"WHEN {refused} OR {other}" if refused else ""
    replace = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {there})"  # nosec B608 # likewise
    return [
        _sqlite_trigger(table, "update", "UPDATE", update),
        _sqlite_trigger(table, "delete", "DELETE", ""),
        _sqlite_trigger(table, "replace", "INSERT", replace),
    ]


def _sqlite_trigger(table: str, name: str, operation: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{name} BEFORE {operation} ON {table} {when} BEGIN "
        f"SELECT RAISE(ABORT, '{table} only grows: no {name} of what is recorded'); END"
    )


def _postgresql(table: str, refused: str, _keys: Sequence[Sequence[str]]) -> list[str]:
    when = f"WHEN ({refused}) " if refused else ""
    row = "FOR EACH ROW "
    call = "EXECUTE FUNCTION refuse_change()"
    return [
        _REFUSE,
        f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {row}{when}{call}",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {row}{call}",
        f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
    ]
