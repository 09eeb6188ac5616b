"""`include`: what a response, or a list of items, is to have beside what it always has."""

from typing import Any

from django.http import QueryDict

from conversations.gateway.operations import Query
from conversations.gateway.refusals import Refusal, bad
from conversations.gateway.shapes import one_of

IMAGES = "message.input_image.image_url"
# Of what is asked, which we tell ourselves: no provider needs to know of it.
OF_INPUT = (IMAGES, "computer_call_output.output.image_url")
VALUES = (
    "code_interpreter_call.outputs",
    "file_search_call.results",
    "message.output_text.logprobs",
    "reasoning.encrypted_content",
    "web_search_call.action.sources",
    "web_search_call.results",
    *OF_INPUT,
)

INCLUDE = Query(
    "include",
    "What is to be there besides; a list may be written `include[]=…`, too.",
    {"type": "array", "items": one_of(*VALUES)},
)


def included(given: Any) -> list[str]:
    """What is to be included, each once; Refusal for what can't be."""
    if not isinstance(given, list):
        raise bad("include", "A list is expected here.", "invalid_type")
    for at, value in enumerate(given):
        if value not in VALUES:
            said = f"Invalid value: {str(value)[:80]!r}. Supported values are: {', '.join(VALUES)}."
            raise Refusal(400, said, "invalid_value", f"include[{at}]")
    return list(dict.fromkeys(given))


def included_by(query: QueryDict) -> list[str]:
    """The same of an address, where lists are written `include[]=…&include[]=…`."""
    return included([*query.getlist("include[]"), *query.getlist("include")])


def of_provider(include: list[str]) -> list[str]:
    """Of these what a provider is asked for."""
    return [value for value in include if value not in OF_INPUT]
