"""A value that fits a JSON schema, filled from what the person said.

Knows what the API's strict mode allows: https://platform.openai.com/docs/guides/structured-outputs
"""

import re
from datetime import UTC, datetime
from typing import Any

from conversations.providers.guide.failures import wrong_parameter
from conversations.providers.guide.signs import FULL_STOPS

DEEPEST = 8
Schema = dict[str, Any]

FORMATS = {
    "date-time": "%Y-%m-%dT%H:%M:%SZ",
    "date": "%Y-%m-%d",
    "time": "%H:%M:%SZ",
}
EXAMPLES = {
    "email": "someone@example.org",
    "uri": "https://example.org/",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "hostname": "example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "duration": "PT1S",
}


def value_for(schema: Schema, text: str) -> Any:
    """A value that is valid for `schema`, taken from `text` where it has one that fits.

    Raises `Refused` for a schema that is none.
    """
    try:
        return _value(schema, text, schema, DEEPEST)
    except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError) as error:
        raise wrong_parameter("schema", f"Invalid schema: {error}") from error


def _value(schema: Any, text: str, root: Schema, depth: int) -> Any:
    if not isinstance(schema, dict):
        return text
    schema = _resolved(schema, root)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return _mentioned(schema["enum"], text)
    for choice in ("anyOf", "oneOf"):
        if schema.get(choice):
            return _value(_first_useful(schema[choice]), text, root, depth)
    return _of_type(_type_of(schema), schema, text, root, depth)


def _of_type(kind: str, schema: Schema, text: str, root: Schema, depth: int) -> Any:
    if kind == "object":
        return _object(schema, text, root, depth)
    if kind == "array":
        return _array(schema, text, root, depth)
    if kind in ("integer", "number"):
        return _number(kind, schema, text)
    if kind == "boolean":
        return not re.search(r"\b(no|not|never|without)\b", text, re.I)
    return None if kind == "null" else _string(schema, text)


def _object(schema: Schema, text: str, root: Schema, depth: int) -> dict[str, Any]:
    properties = schema.get("properties") or {}
    required = schema.get("required") or list(properties)
    # A schema may contain itself: below, only what it can't do without.
    names = [name for name in properties if depth > 0 or name in required]
    if depth < -DEEPEST:
        return {}
    return {name: _value(properties[name], text, root, depth - 1) for name in names}


def _array(schema: Schema, text: str, root: Schema, depth: int) -> list[Any]:
    length = max(schema.get("minItems", 0), 1 if depth > 0 else 0)
    length = min(length, schema.get("maxItems", length), 100)
    return [_value(schema.get("items", {}), text, root, depth - 1) for _ in range(length)]


def _number(kind: str, schema: Schema, text: str) -> float | int:
    found = re.search(r"-?\d+(?:\.\d+)?", text)
    number = float(found[0]) if found else 1.0
    number = max(number, schema.get("minimum", number))
    number = min(number, schema.get("maximum", number))
    if "exclusiveMinimum" in schema and number <= schema["exclusiveMinimum"]:
        number = schema["exclusiveMinimum"] + 1
    if "exclusiveMaximum" in schema and number >= schema["exclusiveMaximum"]:
        number = schema["exclusiveMaximum"] - 1
    return int(number) if kind == "integer" or number == int(number) else number


def _string(schema: Schema, text: str) -> str:
    form = schema.get("format", "")
    if form in FORMATS:
        return datetime.now(UTC).strftime(FORMATS[form])
    if form in EXAMPLES:
        return EXAMPLES[form]
    text = _subject(text).ljust(schema.get("minLength", 0), ".")
    return text[: schema.get("maxLength", len(text))]


def _subject(text: str) -> str:
    """What a sentence is about: what it quotes, else what follows its last preposition."""
    quoted = re.search(r"[\"“«]([^\"”»]+)[\"”»]", text)
    if quoted:
        return quoted[1]
    parts = re.split(r"\b(?:in|for|of|about|at|on)\s+", text.strip().rstrip(f"?.!{FULL_STOPS}"))
    return parts[-1].strip() or text


def _mentioned(values: list[Any], text: str) -> Any:
    words = text.casefold()
    return next((value for value in values if str(value).casefold() in words), values[0])


def _type_of(schema: Schema) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return next((entry for entry in kind if entry != "null"), "null")
    if isinstance(kind, str):
        return kind
    return "object" if "properties" in schema else "array" if "items" in schema else "string"


def _first_useful(choices: list[Any]) -> Any:
    useful = [c for c in choices if not (isinstance(c, dict) and c.get("type") == "null")]
    return (useful or choices)[0]


def _resolved(schema: Schema, root: Schema) -> Schema:
    """`schema` with its reference and its `allOf` parts written out."""
    for _ in range(DEEPEST):
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            break
        schema = {**_at(root, reference), **{k: v for k, v in schema.items() if k != "$ref"}}
    for part in schema.get("allOf") or ():
        properties = {**(schema.get("properties") or {}), **(part.get("properties") or {})}
        schema = {**schema, **part} | ({"properties": properties} if properties else {})
    return schema


def _at(root: Schema, reference: str) -> Schema:
    place: Any = root
    for key in reference.removeprefix("#").strip("/").split("/"):
        if key:
            place = place.get(key, {}) if isinstance(place, dict) else {}
    return place if isinstance(place, dict) else {}
