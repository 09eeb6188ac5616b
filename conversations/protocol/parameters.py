"""The request parameters that a person may set: one table for the panel, the check and the manual.

What else a request may have is not theirs to set; `REASONS` says why of each.
"""

from dataclasses import dataclass
from typing import Any, Literal

from conversations.protocol.marking import gettext_noop as _

Kind = Literal[
    "text",
    "number",
    "integer",
    "choice",
    "switch",
    "many",
    "tools",
    "functions",
    "pairs",
    "format",
]

MAX_INSTRUCTIONS = 50_000
MAX_PAIRS = 16
MAX_FUNCTIONS = 64


@dataclass(frozen=True)
class Parameter:
    """One parameter: its dotted name, what it takes, and its meaning for a person.

    `default` is what a provider does when it is not sent, in words or as a value; `least` and
    `most` bound numbers, and the length of texts.
    """

    name: str
    group: str
    label: str
    meaning: str
    kind: Kind
    default: str | float | bool | None = None
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None


GROUPS = {
    "instructions": _("Instructions"),
    "reasoning": _("Thinking"),
    "answer": _("Answer"),
    "sampling": _("Variation"),
    "tools": _("Tools"),
    "context": _("Context"),
    "service": _("Service"),
}

TOOLS: dict[str, dict[str, Any]] = {
    "web_search": {"type": "web_search"},
    "code_interpreter": {"type": "code_interpreter", "container": {"type": "auto"}},
    "image_generation": {"type": "image_generation"},
}
TOLD_TOOLS = {
    "web_search": (_("Web search"), _("Looks things up on the Internet, and names its sources.")),
    "code_interpreter": (_("Code"), _("Writes programs and runs them, in a place of its own.")),
    "image_generation": (_("Pictures"), _("Draws pictures, and changes yours.")),
}
"""What people are told of each: its label and its meaning."""

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
LEVELS = ("low", "medium", "high")

PARAMETERS = (
    Parameter(
        "instructions",
        "instructions",
        _("Instructions"),
        _("What the model is to heed in every answer: its role, its tone, its limits."),
        "text",
        most=MAX_INSTRUCTIONS,
    ),
    Parameter(
        "reasoning.effort",
        "reasoning",
        _("Effort"),
        _("How long a reasoning model thinks. More costs more, and takes longer."),
        "choice",
        choices=EFFORTS,
    ),
    Parameter(
        "reasoning.summary",
        "reasoning",
        _("Summary"),
        _("Shows a summary of the thoughts while the model thinks."),
        "choice",
        choices=("auto", "concise", "detailed"),
    ),
    Parameter(
        "reasoning.context",
        "reasoning",
        _("Earlier thoughts"),
        _("Which of its earlier thoughts the model has before it."),
        "choice",
        default="auto",
        choices=("auto", "current_turn", "all_turns"),
    ),
    Parameter(
        "reasoning.mode",
        "reasoning",
        _("Mode"),
        _("“pro” has some models think in several ways at once."),
        "choice",
        default="standard",
        choices=("standard", "pro"),
    ),
    Parameter(
        "text.verbosity",
        "answer",
        _("Verbosity"),
        _("How much the model says."),
        "choice",
        default="medium",
        choices=LEVELS,
    ),
    Parameter(
        "max_output_tokens",
        "answer",
        _("Longest answer"),
        _("In tokens, thoughts included. A longer answer is cut there, and can be continued."),
        "integer",
        least=1,
        most=10_000_000,
    ),
    Parameter(
        "text.format",
        "answer",
        _("Format"),
        _("Free text, any JSON, or JSON that fits a schema."),
        "format",
        default="text",
        choices=("text", "json_object", "json_schema"),
    ),
    Parameter(
        "temperature",
        "sampling",
        _("Temperature"),
        _("Low values give the likeliest words, high ones surprise. Reasoning models refuse it."),
        "number",
        default=1,
        least=0,
        most=2,
    ),
    Parameter(
        "top_p",
        "sampling",
        _("Top P"),
        _("Only words within this share of probability are considered. Set this or temperature."),
        "number",
        default=1,
        least=0,
        most=1,
    ),
    Parameter(
        "top_logprobs",
        "sampling",
        _("Likeliest words"),
        _("How many alternatives come with each word, with their probabilities."),
        "integer",
        default=0,
        least=0,
        most=20,
    ),
    Parameter(
        "functions",
        "tools",
        _("Tools"),
        _("What the model may use here of its own accord. What has effects asks you first."),
        "functions",
        most=MAX_FUNCTIONS,
    ),
    Parameter(
        "mcp_servers",
        "tools",
        _("MCP servers"),
        _(
            "Other servers whose tools the model may use. Each use asks you first, unless an"
            " administrator has allowed it."
        ),
        "functions",
        most=MAX_FUNCTIONS,
    ),
    Parameter(
        "tools",
        "tools",
        _("The provider's tools"),
        _("What the model may use of its own accord. Most are billed apart."),
        "tools",
        choices=tuple(TOOLS),
    ),
    Parameter(
        "tool_choice",
        "tools",
        _("Use of tools"),
        _("Whether the model decides, must use one, or may not."),
        "choice",
        default="auto",
        choices=("auto", "required", "none"),
    ),
    Parameter(
        "parallel_tool_calls",
        "tools",
        _("Several at once"),
        _("Whether it may use several tools at the same time."),
        "switch",
        default=True,
    ),
    Parameter(
        "max_tool_calls",
        "tools",
        _("Most uses"),
        _("How often it may use the provider's tools in one answer."),
        "integer",
        least=1,
        most=10_000,
    ),
    Parameter(
        "include",
        "tools",
        _("Also include"),
        _("More of what a tool did, or of the answer, than comes otherwise."),
        "many",
        choices=(
            "web_search_call.action.sources",
            "web_search_call.results",
            "code_interpreter_call.outputs",
            "file_search_call.results",
            "message.output_text.logprobs",
            "reasoning.encrypted_content",
        ),
    ),
    Parameter(
        "truncation",
        "context",
        _("When it gets too long"),
        _("“auto” silently leaves out the oldest messages; “disabled” says that it is too long."),
        "choice",
        default="disabled",
        choices=("auto", "disabled"),
    ),
    Parameter(
        "context_management.compact_threshold",
        "context",
        _("Compact by itself from"),
        _("Above so many tokens the provider itself compacts what it keeps of the conversation."),
        "integer",
        least=1_000,
        most=10_000_000,
    ),
    Parameter(
        "prompt_cache_options.ttl",
        "context",
        _("Keep the cache for"),
        _("How long the provider keeps the conversation at hand, which makes the next cheaper."),
        "choice",
        default="30m",
        choices=("30m", "12h"),
    ),
    Parameter(
        "image.context_compression",
        "context",
        _("Compress images"),
        _("Whether earlier images may take less room."),
        "choice",
        default="auto",
        choices=("auto", "enabled", "disabled"),
    ),
    Parameter(
        "store",
        "context",
        _("Kept by the provider"),
        _("Off, each message sends the whole conversation again."),
        "switch",
        default=True,
    ),
    Parameter(
        "service_tier",
        "service",
        _("Service tier"),
        _("“flex” is cheaper and slower, “priority” dearer and quicker, where it is offered."),
        "choice",
        default="auto",
        choices=("auto", "default", "flex", "priority", "fast", "ultrafast"),
    ),
    Parameter(
        "metadata",
        "service",
        _("Metadata"),
        _("Your own notes for the provider's records: one “name=value” a line."),
        "pairs",
        most=MAX_PAIRS,
    ),
)

BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}

REASONS = {
    "access_programs": "for accounts in such a program alone; the operator's to ask for",
    "background": "ours: the switch beside the model",
    "background_options": "its windows exclude streaming, on which the page lives",
    "conversation": "ours: excludes previous_response_id, which we chain on",
    "input": "the message itself",
    "model": "the model picker",
    "moderation": "the operator's to impose, not a person's to choose",
    "previous_response_id": "ours: where the conversation goes on",
    "prompt": "prompts kept at a provider; our own library takes their place",
    "prompt_cache_key": "ours: it would tell one person's cache from another's",
    "prompt_cache_retention": "deprecated by the API for prompt_cache_options.ttl",
    "safety_identifier": "ours: who speaks is not theirs to say",
    "stream": "ours: always true",
    "stream_options": "obfuscation alone, of no use over our own connection",
    "user": "deprecated by the API",
}

TOOL_REASONS = {
    "apply_patch": "works on files of the caller's, of which a chat has none",
    "computer": "works on a screen of the caller's, of which a chat has none",
    "computer_use_preview": "works on a screen of the caller's, of which a chat has none",
    "custom": "its input is free text for a program of the caller's; functions take its place",
    "local_shell": "runs commands at the caller's, which a server of many people must not",
    "namespace": "groups tools; there are too few to be grouped",
    "programmatic_tool_calling": "the model's programs would call tools without being asked",
    "shell": "runs commands; the code interpreter does that where it can do no harm",
    "tool_search": "finds tools among very many; there are too few to be searched",
    "web_search_2025_08_26": "web_search, of a certain day",
    "web_search_preview": "what web_search was called before",
    "web_search_preview_2025_03_11": "what web_search was called before",
}
"""Why a tool of the API's can't be chosen here."""
