"""From a TOML file to the frozen data object that a recipe is."""

from __future__ import annotations

import dataclasses
import tomllib
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from core.errors import UsageError

Kind = TypeVar("Kind")


def read_table(path: Path) -> dict[str, Any]:
    """Read a recipe's file.

    Parameters
    ----------
    path : Path
        A TOML file.

    Returns
    -------
    dict
        Its keys and tables.

    Raises
    ------
    UsageError
        If it cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"The recipe {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"The recipe {path} is no TOML: {error}.") from error


def build(kind: type[Kind], given: Mapping[str, Any], origin: str) -> Kind:
    """Make a data object from a table whose keys are its fields.

    Parameters
    ----------
    kind : type
        A data class; its fields may be data classes themselves.
    given : mapping
        The table.
    origin : str
        Name of the file, for the sentence of an error.

    Returns
    -------
    object
        Of this kind.

    Raises
    ------
    UsageError
        If a key is unknown, missing or of another type than its field, or the values do not go together.
    """
    made: Kind = _build(kind, given, "", origin)
    return made


def plain(recipe: Any) -> dict[str, Any]:
    """Return a recipe as dictionaries, lists and values, as JSON would give it back."""

    def listed(value: object) -> object:
        if isinstance(value, dict):
            return {key: listed(one) for key, one in value.items()}
        return [listed(one) for one in value] if isinstance(value, (tuple, list)) else value

    return {key: listed(value) for key, value in dataclasses.asdict(recipe).items()}


def require(rules: Mapping[str, bool], origin: str) -> None:
    """Hold a recipe to rules.

    Parameters
    ----------
    rules : mapping of str to bool
        From the sentence that says what must be so to whether it is.
    origin : str
        Name of the file.

    Raises
    ------
    UsageError
        With the first sentence that does not hold.
    """
    for sentence, kept in rules.items():
        if not kept:
            raise UsageError(f"In the recipe {origin}, {sentence}.")


def _build(kind: Any, given: Mapping[str, Any], prefix: str, origin: str) -> Any:
    hints = typing.get_type_hints(kind)
    for key in given:
        if key not in hints:
            raise UsageError(f"The recipe {origin} has an unknown key {prefix}{key}.")
    for one in dataclasses.fields(kind):
        required = one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
        if required and one.name not in given:
            raise UsageError(f"The recipe {origin} lacks {prefix}{one.name}.")
    values = {key: _value(hints[key], value, f"{prefix}{key}", origin) for key, value in given.items()}
    try:
        return kind(**values)
    except ValueError as error:
        raise UsageError(f"In the recipe {origin}, {prefix.rstrip('.') or 'the whole'}: {error}.") from error


def _value(wanted: Any, value: Any, name: str, origin: str) -> Any:
    if dataclasses.is_dataclass(wanted):
        if not isinstance(value, dict):
            raise UsageError(f"In the recipe {origin}, {name} must be a table.")
        return _build(wanted, value, name + ".", origin)
    if typing.get_origin(wanted) is Literal:
        allowed = typing.get_args(wanted)
        if value not in allowed:
            raise UsageError(f"In the recipe {origin}, {name} must be one of {', '.join(allowed)}.")
        return value
    if isinstance(wanted, types.GenericAlias):
        return _list(typing.get_args(wanted)[0], value, name, origin)
    if wanted is float and type(value) is int:
        return float(value)
    if type(value) is not wanted:
        raise UsageError(f"In the recipe {origin}, {name} must be a {wanted.__name__}, not {value!r}.")
    return value


def _list(wanted: Any, value: Any, name: str, origin: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise UsageError(f"In the recipe {origin}, {name} must be a list.")
    if isinstance(wanted, types.GenericAlias):
        return tuple(_list(typing.get_args(wanted)[0], one, name, origin) for one in value)
    if wanted is float and all(type(one) in (int, float) for one in value):
        return tuple(float(one) for one in value)
    if wanted is int and all(type(one) is int for one in value):
        return tuple(value)
    kind = "whole numbers" if wanted is int else "numbers"
    raise UsageError(f"In the recipe {origin}, {name} must be a list of {kind}.")
