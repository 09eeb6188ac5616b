"""What a body that asks for a response may have, as schemas: what `asking`, `items` and `tools`
read, and nothing else.
"""

from collections.abc import Collection
from typing import Any

from conversations.gateway.asking import (
    ALIASES,
    LONGEST_ID,
    LONGEST_NAME,
    NESTED,
    OURS,
    REPEATED,
    RETENTIONS,
    SETTINGS,
    SWITCHES,
)
from conversations.gateway.including import VALUES
from conversations.gateway.items import (
    DATA_OR_WEB,
    DETAILS,
    MOST_ITEMS,
    PHASES,
    READERS,
    TEXT_PARTS,
    WEB,
)
from conversations.gateway.shapes import Schema, cut, nullable, one_of, ours, text
from conversations.gateway.tools import APPROVALS, CHOICES, MODES, MOST_TOOLS, SERVER
from conversations.protocol.mcp import LABEL, LONGEST_LABEL
from conversations.protocol.parameters import BY_NAME, MAX_INSTRUCTIONS, TOLD_TOOLS, TOOLS
from conversations.protocol.parameters import Parameter as Setting
from conversations.protocol.settings import MAX_PAIR_KEY, MAX_PAIR_VALUE, NAME

# Where the table of parameters speaks to a person at the panel, or is silent.
MEANINGS = {
    "background": "Answers at once, and goes on without a reader: poll it, or follow its events.",
    "conversation": "The conversation to go on in, by its `id`. Not with `previous_response_id`.",
    "context_management": "What the provider itself does when a conversation becomes long.",
    "image": "How the provider treats images.",
    "input": "A text, or what has been said so far: messages, function calls and their outputs.",
    "instructions": "What the model is to heed in this one answer; the next does not inherit them.",
    "metadata": "Notes of your own, which the response repeats.",
    "model": "A model's `id`, as the list of models has it.",
    "previous_response_id": "The response to go on from: whatever was said up to it is known.",
    "prompt_cache_key": "Repeated in the response, and used for nothing.",
    "prompt_cache_options": "How the provider keeps the conversation at hand.",
    "prompt_cache_retention": "Repeated in the response, and used for nothing.",
    "reasoning": "How a reasoning model thinks.",
    "safety_identifier": "Repeated in the response, and used for nothing.",
    "store": "Off, nothing is kept that could be named: what was said is deleted like a temporary"
    " chat.",
    "stream": "Has the answer come as server-sent events, while it is written.",
    "stream_options": "Understood, and of no effect: nothing is added to hide lengths.",
    "text": "What form the answer has.",
    "tool_choice": "Whether the model decides, must use a tool, or may not; or which tools.",
    "tools": "What the model may use: functions, which your script runs, tools of the provider's,"
    " and those of this installation.",
    "user": "Repeated in the response, and used for nothing.",
    "max_tokens": "`max_output_tokens`, as ModelVerse's document writes it.",
    "input_items": "`input`, as ModelVerse's document writes it.",
}
DEFAULTS = {"background": False, "stream": False, "store": True}
ID, TEXT = text(LONGEST_ID), text()
NAMED = {"type": "string", "pattern": f"^{NAME.pattern}$"}
OF_OBJECT = {"type": "object", "properties": {"type": {"const": "object"}}, "required": ["type"]}


def asking() -> Schema:
    """The body of a POST to /v1/responses."""
    properties = {name: told(name, OWN.get(name, {})) for name in OURS}
    properties |= {name: nullable(told(name, {"type": "boolean"})) for name in SWITCHES}
    properties |= {"tools": nullable(told("tools", ours("Tools")))}
    properties |= {"tool_choice": nullable(told("tool_choice", ours("ToolChoice")))}
    properties |= {name: nullable(told(name, _setting(name))) for name in SETTINGS}
    properties |= {name: nullable(told(name, text(LONGEST_NAME))) for name in REPEATED}
    kept = told("prompt_cache_retention", one_of(*RETENTIONS))
    properties["prompt_cache_retention"] = nullable(kept)
    for alias, name in ALIASES.items():
        properties[alias] = {**properties[name], "description": MEANINGS[alias], "deprecated": True}
    return _object(properties, "model") | {"anyOf": [_given("input"), _given("input_items")]}


def compacting(taken: set[str]) -> Schema:
    """The body of a POST to /v1/responses/compact, which takes these parameters of it."""
    whole = asking()["properties"]
    properties = {name: whole[name] for name in whole if name in taken}
    return _object(properties, "model") | {
        "anyOf": [_given("input"), _given("previous_response_id")]
    }


def counting(taken: Collection[str]) -> Schema:
    """The body of a POST to /v1/responses/input_tokens, which takes these."""
    whole = asking()["properties"]
    return body_with({name: whole[name] for name in whole if name in taken})


def metadata() -> Schema:
    """A body's own, as a response's is."""
    return nullable(told("metadata", _setting("metadata")))


def body_with(properties: dict[str, Schema], *required: str) -> Schema:
    """An object that has these, and nothing else."""
    return _object(properties, *required)


def told(name: str, schema: Schema) -> Schema:
    """A parameter with its meaning, and its default."""
    setting = BY_NAME.get(name)
    meaning = MEANINGS.get(name) or (setting.meaning if setting else "")
    default = DEFAULTS.get(name, setting.default if setting else None)
    about: Schema = {"description": meaning}
    if default is not None:
        about["default"] = {"type": default} if name == "text.format" else default
    return {**schema, **about}


def _object(properties: dict[str, Schema], *required: str) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _given(name: str) -> Schema:
    return {"required": [name], "properties": {name: {"not": {"type": "null"}}}}


def _setting(name: str) -> Schema:
    if name == "include":
        return {"type": "array", "items": one_of(*VALUES)}
    if name == "context_management":
        return {"type": "array", "items": ours("ContextManagement"), "minItems": 1, "maxItems": 1}
    if name not in NESTED:
        return _of_setting(BY_NAME[name])
    inner = {full.partition(".")[2]: full for full in BY_NAME if full.startswith(f"{name}.")}
    return _object(
        {part: nullable(told(full, _of_setting(BY_NAME[full]))) for part, full in inner.items()}
    )


def _of_setting(setting: Setting) -> Schema:
    choices = one_of(*setting.choices)
    kinds: dict[str, Schema] = {
        "number": {"type": "number", "minimum": setting.least, "maximum": setting.most},
        "integer": {"type": "integer", "minimum": setting.least, "maximum": setting.most},
        "choice": choices,
        "switch": {"type": "boolean"},
        "many": {"type": "array", "items": choices},
        "pairs": {
            "type": "object",
            "maxProperties": setting.most,
            "propertyNames": {"minLength": 1, "maxLength": MAX_PAIR_KEY},
            "additionalProperties": text(MAX_PAIR_VALUE),
        },
        "format": ours("TextFormat"),
    }
    return kinds[setting.kind]


def _constant(kind: str) -> Schema:
    return {"type": "string", "const": kind}


def _message(meaning: str, roles: tuple[str, ...], *parts: str) -> Schema:
    content = {"type": "array", "items": {"anyOf": [ours(part) for part in parts]}, "minItems": 1}
    message = cut(
        "responses.EasyInputMessageParam",
        "role",
        "content",
        type=_constant("message"),
        role=one_of(*roles),
        content={"anyOf": [TEXT, content]},
        phase=nullable(one_of(*PHASES)),
    )
    return {**message, "description": meaning}


def _given_by(name: str, schema: Schema, *kinds: str) -> Schema:
    """An image or a file, by one of the fields that can bring it."""
    properties = {
        "type": one_of(*kinds),
        name: schema,
        "detail": nullable(one_of(*DETAILS)),
        "filename": nullable(TEXT),
    }
    return {"type": "object", "properties": properties, "required": ["type", name]}


def _begins(beginnings: tuple[str, ...]) -> Schema:
    return {"type": "string", "pattern": f"^({'|'.join(beginnings)})"}


def _provided(kind: str) -> Schema:
    """A tool of the provider's, without settings."""
    properties: dict[str, Any] = {name: {"const": value} for name, value in TOOLS[kind].items()}
    return {
        **_object(properties | {"type": _constant(kind)}, "type"),
        "description": TOLD_TOOLS[kind][1],
    }


NAMES_TOOL = {
    "type": "object",
    "description": "A tool of this request: by its type, a function by its name, and one of this"
    " installation by its server's label, and by its name unless all of that server are meant.",
    "properties": {
        "type": one_of("function", SERVER, *TOOLS),
        "name": nullable(TEXT),
        "server_label": nullable(TEXT),
    },
    "required": ["type"],
}
NAMES = {"type": "array", "items": TEXT}
SWITCH = {"type": "boolean"}
OR_NO_FILTER = {"anyOf": [ours("ToolFilter"), {"type": "null"}]}
BOUNDED = {"type": "string", "minLength": 1, "maxLength": LONGEST_ID}
OWN: dict[str, Schema] = {
    "conversation": nullable(
        {"anyOf": [BOUNDED, {"type": "object", "properties": {"id": BOUNDED}, "required": ["id"]}]}
    ),
    "input": {
        "anyOf": [
            {"type": "string", "minLength": 1},
            {"type": "array", "items": ours("InputItem"), "minItems": 1, "maxItems": MOST_ITEMS},
            {"type": "null"},
        ]
    },
    "instructions": nullable(text(MAX_INSTRUCTIONS)),
    "model": text(LONGEST_NAME),
    "previous_response_id": nullable(ID),
    "stream_options": nullable(
        _object({"include_obfuscation": nullable({"type": "boolean"})}),
    ),
}
ITEMS = {
    "message": ("InputMessage", "AssistantMessage"),
    "function_call": ("CallItem",),
    "function_call_output": ("CallOutputItem",),
    "reasoning": ("ReasoningItem",),
    "compaction": ("CompactionItem",),
    "mcp_approval_response": ("DecisionItem",),
    "mcp_call": ("ServerCallItem",),
}
# By their types; the SDK has names of its own for what answers say of them.
PROVIDED = {kind: f"Provided{kind.title().replace('_', '')}" for kind in TOOLS}
COMPONENTS: dict[str, Schema] = {
    "InputItem": {"anyOf": [ours(name) for kind in READERS for name in ITEMS.get(kind, ())]},
    "InputMessage": _message(
        "What a person said, or what the model is to heed.",
        ("user", "system", "developer"),
        *("TextPart", "ImagePart", "FilePart"),
    ),
    "AssistantMessage": _message(
        "What the model said before.", ("assistant",), "TextPart", "RefusalPart"
    ),
    "CallItem": cut(
        "responses.ResponseFunctionToolCallParam",
        *("type", "call_id", "name", "arguments"),
        type=None,
        call_id=None,
        name=None,
        arguments=None,
    ),
    "CallOutputItem": cut(
        "responses.response_input_item_param.FunctionCallOutput",
        *("type", "call_id", "output"),
        type=None,
        call_id=TEXT,
        output={"anyOf": [TEXT, {"type": "array", "items": ours("OutputPart")}]},
    ),
    "ReasoningItem": cut(
        "responses.ResponseReasoningItemParam",
        *("type", "summary"),
        type=None,
        id=nullable(TEXT),
        summary=None,
        content={"anyOf": [{"type": "array", "items": ours("ReasoningText")}, {"type": "null"}]},
        encrypted_content=None,
    ),
    "CompactionItem": cut(
        "responses.ResponseCompactionItemParamParam",
        *("type", "encrypted_content"),
        type=None,
        encrypted_content=None,
    ),
    "DecisionItem": cut(
        "responses.response_input_item_param.McpApprovalResponse",
        *("type", "approval_request_id", "approve"),
        type=None,
        approval_request_id=None,
        approve=None,
    ),
    "ServerCallItem": cut(
        "responses.response_input_item_param.McpCall",
        *("type", "id", "server_label", "name", "arguments"),
        type=None,
        id=None,
        server_label=None,
        name=None,
        arguments=None,
        output=nullable(TEXT),
    ),
    "TextPart": cut(
        "responses.ResponseInputTextParam", "type", "text", type=one_of(*TEXT_PARTS), text=None
    ),
    "RefusalPart": cut(
        "responses.ResponseOutputRefusalParam", "type", "refusal", type=None, refusal=None
    ),
    "ImagePart": {"anyOf": [ours("StoredPart"), ours("ImageOfAddress")]},
    "FilePart": {"anyOf": [ours("StoredPart"), ours("FileOfAddress"), ours("FileOfData")]},
    "StoredPart": _given_by("file_id", TEXT, "input_image", "input_file")
    | {"description": "A file of your own."},
    "ImageOfAddress": _given_by("image_url", _begins(DATA_OR_WEB), "input_image")
    | {"description": "A picture in a data URL, or of the web."},
    "FileOfAddress": _given_by("file_url", _begins(WEB), "input_file")
    | {"description": "A file of the web."},
    "FileOfData": _given_by("file_data", TEXT, "input_file")
    | {"description": "A file in a data URL, or in base64."},
    "OutputPart": {"anyOf": [ours("TextPart"), ours("ImagePart"), ours("FilePart")]},
    "ReasoningText": cut(
        "responses.response_reasoning_item_param.Content", "type", "text", type=None, text=None
    ),
    "ContextManagement": _object(
        {
            "type": _constant("compaction"),
            "compact_threshold": nullable(
                told(
                    "context_management.compact_threshold",
                    _of_setting(BY_NAME["context_management.compact_threshold"]),
                )
            ),
        },
        "type",
    ),
    "TextFormat": {"anyOf": [ours("FreeText"), ours("AnyJSON"), ours("JSONOfSchema")]},
    "FreeText": cut("shared_params.ResponseFormatText", "type", type=None),
    "AnyJSON": cut("shared_params.ResponseFormatJSONObject", "type", type=None),
    "JSONOfSchema": cut(
        "responses.ResponseFormatTextJSONSchemaConfigParam",
        *("type", "name", "schema"),
        type=None,
        name=NAMED,
        schema=OF_OBJECT,
        strict=None,
    ),
    "Tools": {
        "type": "array",
        "items": {
            "anyOf": [
                *(ours("FunctionOfYours"), ours("ServerHere")),
                *(ours(PROVIDED[kind]) for kind in TOOLS),
            ]
        },
        "maxItems": MOST_TOOLS,
    },
    **{PROVIDED[kind]: _provided(kind) for kind in TOOLS},
    "FunctionOfYours": cut(
        "responses.FunctionToolParam",
        *("type", "name"),
        type=None,
        name=NAMED,
        description=None,
        parameters=None,
        strict=None,
    ),
    "ServerHere": _object(
        {
            "type": _constant(SERVER),
            "server_label": {
                "type": "string",
                "pattern": f"^{LABEL.pattern}$",
                "maxLength": LONGEST_LABEL,
            },
            "allowed_tools": {"anyOf": [NAMES, ours("ToolFilter"), {"type": "null"}]},
            "require_approval": {
                "anyOf": [
                    one_of(*APPROVALS),
                    _object(dict.fromkeys(APPROVALS, OR_NO_FILTER)),
                    {"type": "null"},
                ]
            },
        },
        *("type", "server_label"),
    )
    | {"description": "Tools of this installation: of the app itself, or of an MCP server here."},
    "ToolFilter": _object(
        {"tool_names": {"anyOf": [NAMES, {"type": "null"}]}, "read_only": nullable(SWITCH)}
    )
    | {"description": "Tools by their names, or by whether they only read."},
    "ToolChoice": {"anyOf": [one_of(*CHOICES), ours("NamedTool"), ours("ToolsToChooseFrom")]},
    "NamedTool": NAMES_TOOL,
    "ToolsToChooseFrom": cut(
        "responses.ToolChoiceAllowedParam",
        *("type", "mode", "tools"),
        type=None,
        mode=one_of(*MODES),
        tools={"type": "array", "items": ours("NamedTool")},
    ),
}
