"""Schemas as they are written beside what reads and answers them: the SDK's types, whole or cut.

Nothing of the SDK is asked for here: `description` puts in what its types say.
"""

from typing import Any

Schema = dict[str, Any]

PLACE = "#/components/schemas/"
OF_SDK, CUT = "sdk:", "x-cut"


def sdk(name: str) -> Schema:
    """A type of the SDK's, by its name below `openai.types`."""
    return {"$ref": OF_SDK + name}


def cut(name: str, /, *required: str, **fields: Schema | None) -> Schema:
    """An object of the SDK's of which these fields alone are read.

    None leaves a field as the SDK has it. What else is in the object is of no matter.
    """
    return {CUT: name, "required": list(required), "properties": fields}


def ours(name: str) -> Schema:
    """A schema of ours, by its name in the description's components."""
    return {"$ref": PLACE + name}


def page_of(items: Schema) -> Schema:
    """A list, with where it goes on."""
    end = {"type": ["string", "null"]}
    listed = list_of(items)
    listed["properties"] |= {"first_id": end, "last_id": end, "has_more": {"type": "boolean"}}
    return {**listed, "required": [*listed["properties"]]}


def list_of(items: Schema) -> Schema:
    """A list, whole."""
    data = {"type": "array", "items": items}
    properties = {"object": {"const": "list"}, "data": data}
    return {"type": "object", "properties": properties, "required": [*properties]}


def deleted(kind: str) -> Schema:
    """What is answered when a thing has been deleted."""
    properties = {
        "id": {"type": "string"},
        "object": {"const": kind},
        "deleted": {"const": True},
    }
    return {"type": "object", "properties": properties, "required": [*properties]}


def text(most: int | None = None) -> Schema:
    return {"type": "string"} if most is None else {"type": "string", "maxLength": most}


def one_of(*choices: str) -> Schema:
    return {"type": "string", "enum": list(choices)}


def nullable(schema: Schema) -> Schema:
    """Null is as good as nothing."""
    kind = schema.get("type")
    if not isinstance(kind, str):
        return {**_kept(schema), "anyOf": [*schema.get("anyOf", [_bare(schema)]), {"type": "null"}]}
    choices = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [kind, "null"], **choices}


def _kept(schema: Schema) -> Schema:
    return {name: schema[name] for name in ("description", "default") if name in schema}


def _bare(schema: Schema) -> Schema:
    return {name: value for name, value in schema.items() if name not in ("description", "default")}
