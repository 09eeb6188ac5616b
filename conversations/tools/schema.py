"""The JSON schema of a tool's arguments, as strict function calling wants it.

Every property is required there and no other one allowed; what has a default may be null instead.
https://platform.openai.com/docs/guides/function-calling#strict-mode
"""

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from conversations.tools.context import Context

# Not of the strict subset, or for nobody: what they bound is checked all the same.
LEFT_OUT = frozenset({"default", "maxLength", "minLength", "title"})


def arguments_of(function: Callable[..., Any]) -> type[BaseModel]:
    """The model that reads a call's arguments; TypeError for a parameter without a type."""
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if name not in hints:
            raise TypeError(f"{function.__name__}: {name} has no type.")
        if hints[name] is not Context:
            is_needed = parameter.default is inspect.Parameter.empty
            fields[name] = (hints[name], ...) if is_needed else (hints[name] | None, None)
    return create_model(function.__name__, __config__=ConfigDict(extra="forbid"), **fields)


def context_parameter(function: Callable[..., Any]) -> str | None:
    """The name of the parameter that takes the `Context`, if there is one."""
    hints = get_type_hints(function)
    return next((name for name, hint in hints.items() if hint is Context), None)


def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The model's schema in the strict subset."""
    schema: dict[str, Any] = _strict(model.model_json_schema())
    schema.pop("description", None)  # the tool's own has it
    return schema


def _strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_strict(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _strict(entry) for key, entry in schema.items() if key not in LEFT_OUT}
    if "properties" in schema:
        kept["properties"] = {name: _strict(entry) for name, entry in schema["properties"].items()}
        kept["required"] = list(schema["properties"])
    if kept.get("type") == "object":
        kept.setdefault("properties", {})
        kept["required"] = list(kept["properties"])
        kept["additionalProperties"] = False
    return kept
