"""The parameters that were set for a request, checked, merged, and without what was refused.

By dotted name (`{"reasoning.effort": "low"}`) they are what a person chose, nested as the API has
them what is sent: only what was set is there.
"""

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from conversations.protocol.mcp import label_of
from conversations.protocol.parameters import BY_NAME, MAX_FUNCTIONS, MAX_PAIRS, TOOLS, Parameter

MAX_SCHEMA_DEPTH = 40
MAX_PAIR_KEY, MAX_PAIR_VALUE = 64, 512
OF_TOOLS = ("tools", "functions", "mcp_servers")
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class BadParameter(ValueError):
    """A value that a parameter can't have; `param` is its dotted name."""

    def __init__(self, param: str, message: str) -> None:
        super().__init__(message)
        self.param, self.message = param, message


def checked(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings by dotted name, each as the API takes it.

    They may be given nested as well. BadParameter for what is unknown or out of range.
    """
    flat = flattened(settings)
    for name in flat:
        if name not in BY_NAME:
            raise BadParameter(name[:80], "This parameter is not known.")
    return {name: CHECKS[BY_NAME[name].kind](BY_NAME[name], value) for name, value in flat.items()}


def flattened(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings by dotted name, without those that are None."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        if name == "context_management" and _is_list_of_objects(value):
            found |= {f"{name}.{key}": entry for key, entry in value[0].items() if key != "type"}
        elif name not in BY_NAME and isinstance(value, Mapping):
            found |= {f"{name}.{key}": entry for key, entry in value.items()}
        else:
            found[name] = value
    return {name: value for name, value in found.items() if value is not None}


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as the API nests them, from those by dotted name."""
    settings: dict[str, Any] = {}
    for name, value in flat.items():
        outer, _dot, inner = name.partition(".")
        if outer == "context_management":
            settings[outer] = [{"type": "compaction", inner: value}]
        elif inner:
            settings.setdefault(outer, {})[inner] = value
        else:
            settings[outer] = value
    return settings


def refused_in(
    settings: Mapping[str, Any], param: str, sent: Sequence[Mapping[str, Any]] = ()
) -> list[str]:
    """The dotted names of the settings that a provider means by `param`.

    It may name the whole (`reasoning`) or a part of a part (`tools[0].type`). What is meant by a
    part of `tools` is seen in those that were `sent`; of the whole the provider's own tools are
    suspected first, then ours, then those of MCP servers.
    """
    settings_of_tools = {_setting_of(tool, settings) for tool in tools_meant(param, sent)}
    if of_tools := [name for name in OF_TOOLS if name in settings_of_tools]:
        return of_tools[:1]
    wanted = re.sub(r"\[\d+\]", "", param)
    return [name for name in flattened(settings) if _concerns(name, wanted)]


def tools_meant(param: str, sent: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Those of the tools that were `sent` which a provider means by `param`."""
    found = re.match(r"tools(?:\[(\d+)\])?(?:\.|$)", param)
    if found is None:
        return ()
    return sent[int(found[1]) :][:1] if found[1] else sent


def _setting_of(tool: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    if tool.get("type") == "mcp" or label_of(str(tool.get("name"))):
        return "mcp_servers"
    chosen = [entry["type"] for entry in settings.get("tools") or ()]
    # One of the provider's that nobody chose stands for one of ours.
    return "tools" if tool.get("type") in chosen else "functions"


def without(settings: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The settings without these, by their dotted names."""
    flat = flattened(settings)
    return nested({name: value for name, value in flat.items() if name not in names})


def _concerns(name: str, wanted: str) -> bool:
    return name == wanted or name.startswith(f"{wanted}.") or wanted.startswith(f"{name}.")


def _text(parameter: Parameter, value: Any) -> str:
    if not isinstance(value, str):
        raise BadParameter(parameter.name, "A text is expected here.")
    if parameter.most is not None and len(value) > parameter.most:
        raise BadParameter(parameter.name, f"At most {parameter.most:g} characters fit here.")
    return value


def _number(parameter: Parameter, value: Any) -> float:
    # Not of an integer, which may be larger than any float.
    is_endless = isinstance(value, float) and not math.isfinite(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or is_endless:
        raise BadParameter(parameter.name, "A number is expected here.")
    least, most = parameter.least, parameter.most
    if least is not None and most is not None and not least <= value <= most:
        raise BadParameter(parameter.name, f"Between {least:g} and {most:,.0f} is possible.")
    return value


def _integer(parameter: Parameter, value: Any) -> int:
    number = _number(parameter, value)
    if number != int(number):
        raise BadParameter(parameter.name, "A whole number is expected here.")
    return int(number)


def _choice(parameter: Parameter, value: Any) -> str:
    if value not in parameter.choices:
        raise BadParameter(parameter.name, f"One of {', '.join(parameter.choices)} is possible.")
    return str(value)


def _switch(parameter: Parameter, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadParameter(parameter.name, "True or false is expected here.")
    return value


def _many(parameter: Parameter, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise BadParameter(parameter.name, "A list is expected here.")
    return list(dict.fromkeys(_choice(parameter, entry) for entry in value))


def _tools(parameter: Parameter, value: Any) -> list[dict[str, Any]]:
    """Only tools of the provider's that need nothing else, each as it is written here."""
    if not isinstance(value, list) or not all(isinstance(tool, Mapping) for tool in value):
        raise BadParameter(parameter.name, "A list of tools is expected here.")
    kinds = dict.fromkeys(_choice(parameter, tool.get("type")) for tool in value)
    return [dict(TOOLS[kind]) for kind in kinds]


def _functions(parameter: Parameter, value: Any) -> list[str]:
    """Names; which of them there are is known where they are called."""
    is_list = isinstance(value, list) and len(value) <= MAX_FUNCTIONS
    if not is_list or not all(isinstance(n, str) and NAME.fullmatch(n) for n in value):
        raise BadParameter(parameter.name, "A list of names of tools is expected here.")
    return list(dict.fromkeys(value))


def _pairs(parameter: Parameter, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > MAX_PAIRS:
        raise BadParameter(parameter.name, f"At most {MAX_PAIRS} names with a value fit here.")
    for name, entry in value.items():
        if not isinstance(entry, str) or len(entry) > MAX_PAIR_VALUE:
            raise BadParameter(parameter.name, f"A value has at most {MAX_PAIR_VALUE} characters.")
        if not name or len(name) > MAX_PAIR_KEY:
            raise BadParameter(parameter.name, f"A name has 1 to {MAX_PAIR_KEY} characters.")
    return dict(value)


def _format(parameter: Parameter, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise BadParameter(parameter.name, "A format is expected here.")
    kind = _choice(parameter, value.get("type"))
    if kind != "json_schema":
        return {"type": kind}
    name, schema = value.get("name"), value.get("schema")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise BadParameter(
            "text.format.name", "A schema's name has 1 to 64 letters, digits, dashes, underscores."
        )
    if not isinstance(schema, Mapping) or schema.get("type") != "object":
        raise BadParameter("text.format.schema", 'A schema is a JSON object of "type": "object".')
    if next(_deeper_than(schema, MAX_SCHEMA_DEPTH), False):
        raise BadParameter("text.format.schema", "This schema is nested too deeply.")
    strict = value.get("strict")
    told = {"strict": strict} if isinstance(strict, bool) else {}
    return {"type": kind, "name": name, "schema": dict(schema), **told}


def _deeper_than(value: Any, depth: int) -> Iterator[bool]:
    if depth == 0:
        yield True
        return
    children = value.values() if isinstance(value, Mapping) else value
    if isinstance(children, (list, tuple)) or isinstance(value, Mapping):
        for child in children:
            yield from _deeper_than(child, depth - 1)


CHECKS: dict[str, Callable[[Parameter, Any], Any]] = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "choice": _choice,
    "switch": _switch,
    "many": _many,
    "tools": _tools,
    "functions": _functions,
    "pairs": _pairs,
    "format": _format,
}
