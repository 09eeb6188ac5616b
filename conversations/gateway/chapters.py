"""What the description says, in words for the reference: an address a chapter, a field a line."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from conversations.gateway.addresses import Address
from conversations.gateway.asking_shapes import COMPONENTS
from conversations.gateway.shapes import PLACE, Schema
from conversations.gateway.snippets import snippets_of

MOST_NAMED, SOME = 8, 4
JSONS = {"string": "text", "boolean": "true or false", "integer": "whole number"}


@dataclass(frozen=True)
class Line:
    """A parameter or a field: its name, what it can be, and what it means."""

    name: str
    kind: str
    meaning: str = ""
    default: str = ""
    is_required: bool = False
    is_old: bool = False


@dataclass(frozen=True)
class Answer:
    """What comes, by its type of content, and the type of the SDK's that it is."""

    content: str
    kind: str
    lines: list[Line]


@dataclass(frozen=True)
class Chapter:
    """An operation."""

    method: str
    path: str
    name: str
    summary: str
    meaning: str
    needs_key: bool
    within: list[Line]
    query: list[Line]
    body: list[Line]
    answers: list[Answer]
    errors: list[int]
    snippets: list[tuple[str, str]]


@dataclass(frozen=True)
class Part:
    """Something that may stand in a body: what it is one of, or the fields that it has."""

    name: str
    kind: str
    meaning: str = ""
    lines: list[Line] = field(default_factory=list)


def chapters_of(
    document: Mapping[str, Any], addresses: Iterable[Address], model: str
) -> list[Chapter]:
    """All of them, in the order of the table of addresses; `model` is for the examples."""
    return [
        _chapter(document, address, method, model)
        for address in addresses
        for method in address.operations
    ]


def part_of(name: str, document: Mapping[str, Any]) -> Part:
    """A component of the description."""
    schema = document["components"]["schemas"][name]
    return Part(name, in_words(schema), schema.get("description", ""), [*lines_of(schema)])


def _chapter(document: Mapping[str, Any], address: Address, method: str, model: str) -> Chapter:
    told = document["paths"][f"/{address.path}"][method]
    example = address.operations[method].example
    bodies = told.get("requestBody", {}).get("content", {})
    parameters = {
        place: [_parameter(each) for each in told["parameters"] if each["in"] == place]
        for place in ("path", "query")
    }
    return Chapter(
        method=method.upper(),
        path=f"/v1/{address.path}",
        name=told["operationId"],
        summary=told["summary"],
        meaning=told["description"],
        needs_key="security" not in told,
        within=parameters["path"],
        query=parameters["query"],
        body=[line for body in bodies.values() for line in lines_of(body["schema"])],
        answers=[*_answers(told["responses"]["200"]["content"], document)],
        errors=[int(status) for status in told["responses"] if status != "200"],
        snippets=[*snippets_of(address, method, example, model)] if example else [],
    )


def _parameter(told: Mapping[str, Any]) -> Line:
    schema, is_required = told["schema"], told.get("required", False)
    return _line(told["name"], {**schema, "description": told["description"]}, is_required)


def _answers(content: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Answer]:
    for kind, told in content.items():
        schema = told["schema"]
        name = str(schema.get("$ref", "")).removeprefix(PLACE)
        whole = document["components"]["schemas"][name] if name else schema
        yield Answer(kind, in_words(schema), [*lines_of(whole)])


def lines_of(schema: Schema, within: str = "") -> Iterator[Line]:
    """The fields of an object, each behind those that it is in."""
    required = schema.get("required", ())
    for name, each in sorted(
        schema.get("properties", {}).items(), key=lambda pair: pair[0] not in required
    ):
        yield _line(f"{within}{name}", each, name in required)
        yield from lines_of(each, f"{within}{name}.")


def _line(name: str, schema: Schema, is_required: bool) -> Line:
    default = schema.get("default")
    return Line(
        name=name,
        kind=in_words(schema),
        meaning=schema.get("description", ""),
        default="" if default is None else _written(default),
        is_required=is_required,
        is_old=schema.get("deprecated", False),
    )


def in_words(schema: Schema) -> str:
    """What fits a schema; a null, which is as good as nothing, is not mentioned."""
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(PLACE)
        return f"[{name}]" if name in COMPONENTS else f"`{name}`"
    if "const" in schema:
        return f"`{_written(schema['const'])}`"
    if "enum" in schema:
        return ", ".join(f"`{_written(each)}`" for each in schema["enum"] if each is not None)
    if "anyOf" in schema:
        kinds = [each for each in schema["anyOf"] if each.get("type") != "null"]
        if {"type": "string"} in kinds:  # then what else is named are examples
            kinds = [each for each in kinds if "enum" not in each]
        said = [in_words(each) for each in kinds]
        return _either([*dict.fromkeys(said)])
    kinds = schema.get("type", "anything")
    kind = kinds if isinstance(kinds, str) else next(each for each in kinds if each != "null")
    if kind == "array":
        return f"list of {in_words(schema.get('items', {}))}"
    return " ".join(filter(None, [JSONS.get(kind, kind), _bounds(schema)]))


def _either(said: list[str]) -> str:
    """All of them, or of very many the first."""
    if len(said) > MOST_NAMED:
        said = [*said[:SOME], f"{len(said) - SOME} others"]
    return " or ".join(said)


def _bounds(schema: Schema) -> str:
    least, most, longest = (schema.get(name) for name in ("minimum", "maximum", "maxLength"))
    if longest is not None:
        return f"of at most {longest:,} characters"
    if "maxProperties" in schema:
        return f"of at most {schema['maxProperties']} texts by their names"
    if least is not None and most is not None:
        return f"from {least:,} to {most:,}"
    return ""


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return str(value.get("type", ""))
    return str(value)
