"""How providers' Responses APIs differ, as pure functions: a provider's accent is one entry here.

`request` turns the standard request into the provider's, `event` turns what it streams
into the standard's events. Whatever is the same everywhere belongs into STANDARD. What a server can
do at all is no accent: its test finds that out.
"""

from dataclasses import dataclass
from typing import Any

from conversations.protocol.dialect_events import (
    Read,
    at_its_limit,
    calls_named,
    ended_by,
    standard_event,
    without_guesses,
)
from conversations.protocol.dialect_requests import (
    TALK,
    Write,
    calling_functions_only,
    documented_by_modelverse,
    giving_texts_only,
    in_turn,
    reading,
    thinking,
    with_nameless_reasoning,
    without,
)
from conversations.protocol.events import Event


def as_it_is(body: dict[str, Any]) -> dict[str, Any]:
    """The request of a provider that takes the standard's."""
    return body


@dataclass(frozen=True)
class Dialect:
    """One accent.

    `request(body)` returns the body to send. `event(name, data)` takes the SSE event name
    ("" for none) and its parsed JSON, and returns the standard event, or None when all it
    says is that the provider is alive. `label` is its name for people; `lacks` are the parameters
    that are not part of its interface: they are not offered, nor sent. For `settles` seconds after
    its end a response may not be found yet by one that follows it.
    """

    name: str
    label: str
    writes: Write = as_it_is
    reads: Read = standard_event
    lacks: frozenset[str] = frozenset()
    settles: float = 0

    def request(self, body: dict[str, Any]) -> dict[str, Any]:
        return without(self.lacks)(self.writes(body))

    def event(self, name: str, data: Any) -> Event | None:
        return self.reads(name, data)


STANDARD = Dialect("standard", "Standard")

# What has just ended is found some 33 s later: https://github.com/microsoft/agent-framework/issues/6419
AZURE = Dialect("azure", "Azure OpenAI", settles=60)

MODELVERSE = Dialect("modelverse", "ModelVerse", documented_by_modelverse)

# https://github.com/ollama/ollama, openai/responses.go: what its request does not name is ignored,
# an item or an effort that it does not know is refused, and a cut answer is called completed.
OLLAMA = Dialect(
    "ollama",
    "Ollama",
    in_turn(
        reading(TALK | {"reasoning"}),
        calling_functions_only,
        giving_texts_only,
        thinking({"minimal": "low", "xhigh": "max"}),
    ),
    ended_by(lambda response: at_its_limit(without_guesses(response))),
    frozenset(
        {
            "include",
            "max_tool_calls",
            "metadata",
            "parallel_tool_calls",
            "prompt_cache_key",
            "safety_identifier",
            "service_tier",
            "store",
            "tool_choice",
            "top_logprobs",
        }
    ),
)

# https://github.com/ggml-org/llama.cpp, tools/server: it becomes a chat completion, for which items
# without a place there are refused; the pieces of a call name its call_id.
LLAMACPP = Dialect(
    "llamacpp",
    "llama.cpp",
    in_turn(reading(TALK), calling_functions_only, giving_texts_only),
    calls_named,
    frozenset(
        {
            "include",
            "max_tool_calls",
            "metadata",
            "prompt_cache_key",
            "safety_identifier",
            "service_tier",
            "store",
            "top_logprobs",
            "truncation",
        }
    ),
)

# They answer with usages whose details nobody counted.
# https://github.com/sgl-project/sglang/issues/25302
VLLM = Dialect("vllm", "vLLM")
SGLANG = Dialect("sglang", "SGLang", reads=ended_by(without_guesses))

LMSTUDIO = Dialect("lmstudio", "LM Studio")
LITELLM = Dialect("litellm", "LiteLLM")

# It keeps nothing; the ids of what was thought are looked for, and not found:
# https://github.com/langchain-ai/langchain/issues/37777
OPENROUTER = Dialect(
    "openrouter", "OpenRouter", with_nameless_reasoning, lacks=frozenset({"store"})
)

# https://github.com/huggingface/responses.js, src/schemas.ts.
HUGGINGFACE = Dialect(
    "huggingface",
    "Hugging Face",
    in_turn(
        reading(
            TALK | {"mcp_list_tools", "mcp_call", "mcp_approval_request", "mcp_approval_response"}
        ),
        giving_texts_only,
    ),
    ended_by(without_guesses),
    frozenset(
        {
            "include",
            "max_tool_calls",
            "parallel_tool_calls",
            "prompt_cache_key",
            "safety_identifier",
            "service_tier",
            "store",
            "top_logprobs",
            "truncation",
        }
    ),
)

# https://console.groq.com/docs/responses-api, "Unsupported features".
GROQ = Dialect(
    "groq",
    "Groq",
    lacks=frozenset({"include", "prompt_cache_key", "safety_identifier", "store", "truncation"}),
)

XAI = Dialect("xai", "xAI")

DIALECTS = {
    dialect.name: dialect
    for dialect in (
        STANDARD,
        AZURE,
        GROQ,
        HUGGINGFACE,
        LITELLM,
        LLAMACPP,
        LMSTUDIO,
        MODELVERSE,
        OLLAMA,
        OPENROUTER,
        SGLANG,
        VLLM,
        XAI,
    )
}
