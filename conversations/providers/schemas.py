"""What the API's objects look like, as JSON schemas: the SDK's own types say it."""

import re
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from pydantic import TypeAdapter

Schema = dict[str, Any]

PLACE = "#/components/schemas/"
# Where two types have one name, pydantic calls each by its whole module.
LONG = re.compile(r"openai__types__(?:\w+?__)?(?P<module>[a-z_]+)__(?P<name>[A-Za-z]+)")


def schemas_of(types: Iterable[str]) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """The schema of each type, named as below `openai.types` (`responses.Response`), and of all
    that these refer to, by the names in their references.

    AttributeError or ImportError for a type that the SDK does not have.
    """
    wanted = [(name, "serialization", TypeAdapter(_type(name))) for name in types]
    found, rest = TypeAdapter.json_schemas(
        wanted,  # type: ignore[arg-type] # its list is one of literals
        ref_template=f"{PLACE}{{model}}",
    )
    schemas = {name: _renamed(schema) for (name, _mode), schema in found.items()}
    components = {_short(name): _renamed(each) for name, each in rest.get("$defs", {}).items()}
    return schemas, components


def _type(name: str) -> Any:
    module, _dot, last = name.rpartition(".")
    return getattr(import_module(f"openai.types.{module}".rstrip(".")), last)


def _renamed(schema: Any) -> Any:
    """With short names in its references, and without the titles that pydantic makes of names."""
    if isinstance(schema, list):
        return [_renamed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: value for name, value in schema.items() if not _is_title(name, value)}
    if isinstance(reference := kept.get("$ref"), str):
        kept["$ref"] = PLACE + _short(reference.removeprefix(PLACE))
    return {name: _renamed(value) for name, value in kept.items()}


def _is_title(name: str, value: Any) -> bool:
    """A property may be called title, too: that is a schema, and no text."""
    return name == "title" and isinstance(value, str)


def _short(name: str) -> str:
    found = LONG.fullmatch(name)
    if found is None:
        return name
    return "".join(part.capitalize() for part in found["module"].split("_")) + found["name"]
