"""From the body of a POST to what is asked: every parameter that is known, checked.

What the API has and is not served here is refused by name, and never ignored in silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conversations.gateway.including import included, of_provider
from conversations.gateway.items import items_of
from conversations.gateway.refusals import Refusal, bad
from conversations.gateway.tools import shown, tool_choice_of, tools_of
from conversations.protocol.items import Item
from conversations.protocol.parameters import MAX_INSTRUCTIONS
from conversations.protocol.settings import BadParameter, checked, nested

SETTINGS = (
    "context_management",
    "image",
    "include",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "parallel_tool_calls",
    "prompt_cache_options",
    "reasoning",
    "service_tier",
    "temperature",
    "text",
    "top_logprobs",
    "top_p",
    "truncation",
)
NESTED = {"image": Mapping, "prompt_cache_options": Mapping, "reasoning": Mapping, "text": Mapping}
# Repeated in the response and used for nothing: the provider is told by a pseudonym who asks.
REPEATED = ("prompt_cache_key", "prompt_cache_retention", "safety_identifier", "user")
SWITCHES = ("background", "store", "stream")
RETENTIONS = ("in_memory", "24h")
OURS = (
    "conversation",
    "input",
    "instructions",
    "model",
    "previous_response_id",
    "stream_options",
)
KNOWN = {*SETTINGS, *REPEATED, *SWITCHES, *OURS, "tools", "tool_choice"}
# As ModelVerse's document writes them.
ALIASES = {"max_tokens": "max_output_tokens", "input_items": "input"}
LONGEST_ID, LONGEST_NAME = 200, 512
NOT_BOTH = Refusal(
    400,
    "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. "
    "Ensure you are only providing one of these parameters.",
    "mutually_exclusive_parameters",
    "previous_response_id",
)


@dataclass(frozen=True)
class Asked:
    """A request for a response. `settings` are what the provider is sent, `told` the parameters
    that were given, as the response repeats them.
    """

    model: str
    input: list[Item]
    instructions: str
    previous_response_id: str | None
    conversation: str | None
    stream: bool
    background: bool
    store: bool
    settings: dict[str, Any]
    told: dict[str, Any]


def asked_of(body: Any) -> Asked:
    """What a body asks for; Refusal for what can't be understood."""
    given = _by_their_names(as_object(body))
    for name in given:
        if name not in KNOWN:
            raise unknown(name)
    for name in ("model", "input"):
        if name not in given:
            said = f"Missing required parameter: '{name}'."
            raise Refusal(400, said, "missing_required_parameter", name)
    switches = {name: _switch(given, name) for name in SWITCHES}
    if switches["background"] and not switches["store"]:
        raise bad("background", "What is not stored can't run in the background.")
    settings, told = _settings(given)
    told |= {name: _text(given, name) for name in REPEATED if name in given}
    told |= {name: switches[name] for name in ("background", "store")}
    _check_repeated(given)
    instructions = _text(given, "instructions", MAX_INSTRUCTIONS)
    if instructions:
        told["instructions"] = instructions
    conversation = conversation_of(given)
    if conversation is not None:
        told |= {"conversation": {"id": conversation}, "previous_response_id": None}
    return Asked(
        model=_text(given, "model"),
        input=items_of(given["input"]),
        instructions=instructions,
        previous_response_id=_text(given, "previous_response_id", LONGEST_ID) or None,
        conversation=conversation,
        settings=settings,
        told=told,
        **switches,
    )


def conversation_of(given: Mapping[str, Any]) -> str | None:
    """The id of the conversation to go on in, which is given as it is or in an object; Refusal."""
    value = given.get("conversation")
    if value is None:
        return None
    if given.get("previous_response_id"):
        raise NOT_BOTH
    id_ = value.get("id") if isinstance(value, Mapping) else value
    if not isinstance(id_, str) or not 0 < len(id_) <= LONGEST_ID:
        raise bad("conversation", "An id, or an object with one, is expected here.", "invalid_type")
    return id_


def as_object(body: Any) -> dict[str, Any]:
    """The body, if it is an object; Refusal."""
    if not isinstance(body, dict):
        raise Refusal(400, "The body of the request is not a JSON object.", "invalid_json")
    return body


def unknown(name: str) -> Refusal:
    said = f"Unknown parameter, or not served here: '{name[:80]}'."
    return Refusal(400, said, "unknown_parameter", name[:80])


def _by_their_names(body: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, by the standard's names; a null is as good as nothing."""
    given: dict[str, Any] = {}
    for name, value in body.items():
        known = ALIASES.get(name, name)
        if value is None:
            continue
        if known in given:
            raise bad(name, f"'{known}' is given twice.")
        given[known] = value
    return given


def _settings(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """As the provider is sent them, and as they are repeated."""
    told = {name: given[name] for name in SETTINGS if name in given}
    if "include" in told:
        told["include"] = included(told["include"])
    for name, kind in NESTED.items():
        if name in told and not isinstance(told[name], kind):
            raise bad(name, "An object is expected here.", "invalid_type")
    if "context_management" in told:
        _check_management(told["context_management"])
    try:
        settings = nested(checked(told | {"include": of_provider(told.get("include", []))}))
    except BadParameter as error:
        raise Refusal.of_parameter(error) from error
    tools = tools_of(given["tools"]) if "tools" in given else []
    if tools:
        told["tools"] = [shown(tool) for tool in tools]
    if sent := [tool for tool in tools if tool["type"] != "mcp"]:
        settings["tools"] = sent
    if "tool_choice" in given:
        choice = tool_choice_of(given["tool_choice"], tools)
        settings |= {"tool_choice": choice} if tools else {}
        told["tool_choice"] = choice
    return settings, told


def _check_repeated(given: Mapping[str, Any]) -> None:
    """What is used for nothing is refused all the same where the API would not take it."""
    if given.get("prompt_cache_retention", RETENTIONS[0]) not in RETENTIONS:
        raise bad("prompt_cache_retention", f"One of {', '.join(RETENTIONS)} is possible here.")
    options = given.get("stream_options", {})
    if not isinstance(options, Mapping):
        raise bad("stream_options", "An object is expected here.", "invalid_type")
    for name, value in options.items():
        if name != "include_obfuscation":
            raise unknown(f"stream_options.{name}")
        if not isinstance(value, bool | None):
            raise bad(f"stream_options.{name}", "True or false is expected here.", "invalid_type")


def _check_management(given: Any) -> None:
    """Of the ways in which a provider may shorten a conversation there is one."""
    is_one = isinstance(given, list) and len(given) == 1 and isinstance(given[0], Mapping)
    if not is_one or given[0].get("type") != "compaction":
        said = "A list of one object of the type compaction is expected here."
        raise bad("context_management", said, "invalid_type")


def _switch(given: Mapping[str, Any], name: str) -> bool:
    value = given.get(name, name == "store")
    if not isinstance(value, bool):
        raise bad(name, "True or false is expected here.", "invalid_type")
    return value


def _text(given: Mapping[str, Any], name: str, most: int = LONGEST_NAME) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise bad(name, "A text is expected here.", "invalid_type")
    if len(value) > most:
        raise bad(name, f"At most {most} characters fit here.", "string_above_max_length")
    return value
