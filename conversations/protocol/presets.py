"""Servers that are known by name: where they are, how they speak, what they can do at first.

What a server can do is a beginning: its test, and what answers show, take its place.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

PLACEHOLDER = "NAME"


@dataclass(frozen=True)
class Preset:
    """One kind of server.

    `abilities` are columns of a provider. A `base_url` with the PLACEHOLDER has one for each
    customer. A local one has a `port`, where it listens unless it is told otherwise; it is known by
    whom it says its models are `owned_by`, or by a `header` that only it sends.
    """

    id: str
    label: str
    base_url: str
    dialect: str = "standard"  # the name of an entry of `dialects.DIALECTS`
    port: int | None = None
    owned_by: str = ""
    header: str = ""
    abilities: Mapping[str, Any] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """The name of its host; of those that each customer has, the end that they share."""
        return (urlsplit(self.base_url).hostname or "").removeprefix(PLACEHOLDER.lower())


# Who calls MCP servers is not known to ask first: https://docs.x.ai/developers/tools/remote-mcp has
# no `require_approval`, https://github.com/huggingface/responses.js/pull/9 has.
_KEPT = {"stateful": True, "keeps_days": 30}
_FORGETFUL = {"stateful": False}

# Retention: https://platform.openai.com/docs/guides/your-data,
# https://learn.microsoft.com/azure/ai-foundry/openai/how-to/responses,
# https://docs.x.ai/docs/guides/responses-api
PRESETS = (
    Preset(
        "openai",
        "OpenAI",
        "https://api.openai.com/v1",
        abilities={
            **_KEPT,
            "background": True,
            "calls_mcp": True,
            "takes_files": True,
            "transcription_model": "gpt-4o-mini-transcribe",
        },
    ),
    Preset(
        "azure",
        "Azure OpenAI",
        f"https://{PLACEHOLDER}.openai.azure.com/openai/v1",
        "azure",
        abilities={**_KEPT, "background": True, "calls_mcp": True},
    ),
    # Its service takes the standard's words as well as those that it documents.
    Preset(
        "modelverse",
        "ModelVerse",
        "https://api.modelverse.cn/v1",
        abilities={"background": True},
    ),
    Preset(
        "openrouter",
        "OpenRouter",
        "https://openrouter.ai/api/v1",
        "openrouter",
        abilities=_FORGETFUL,
    ),
    Preset("xai", "xAI", "https://api.x.ai/v1", "xai", abilities={**_KEPT, "takes_files": True}),
    Preset("groq", "Groq", "https://api.groq.com/openai/v1", "groq", abilities=_FORGETFUL),
    Preset(
        "huggingface",
        "Hugging Face",
        "https://router.huggingface.co/v1",
        "huggingface",
        abilities={**_FORGETFUL, "calls_mcp": True},
    ),
    Preset(
        "ollama",
        "Ollama",
        "http://localhost:11434/v1",
        "ollama",
        port=11434,
        owned_by="library",
        abilities=_FORGETFUL,
    ),
    Preset(
        "lmstudio",
        "LM Studio",
        "http://localhost:1234/v1",
        "lmstudio",
        port=1234,
        owned_by="organization_owner",
    ),
    Preset(
        "llamacpp",
        "llama.cpp",
        "http://localhost:8080/v1",
        "llamacpp",
        port=8080,
        owned_by="llamacpp",
        abilities=_FORGETFUL,
    ),
    # The next two store only if they are told to, and then in the memory of one process.
    Preset(
        "vllm",
        "vLLM",
        "http://localhost:8000/v1",
        "vllm",
        port=8000,
        owned_by="vllm",
        abilities=_FORGETFUL,
    ),
    Preset(
        "sglang",
        "SGLang",
        "http://localhost:30000/v1",
        "sglang",
        port=30000,
        owned_by="sglang",
        abilities=_FORGETFUL,
    ),
    Preset(
        "litellm",
        "LiteLLM",
        "http://localhost:4000/v1",
        "litellm",
        port=4000,
        header="x-litellm-version",
        abilities=_FORGETFUL,
    ),
)
LOCAL_PORTS = tuple(one.port for one in PRESETS if one.port is not None)
BY_ID = {preset.id: preset for preset in PRESETS}


def preset_at(base_url: str) -> Preset | None:
    """What is known to be at an address of the internet; of a local one its port tells nothing."""
    host = urlsplit(base_url).hostname or ""
    return next((one for one in PRESETS if one.port is None and _is_of(one, host)), None)


def preset_of(owners: Collection[Any], headers: Collection[str]) -> Preset | None:
    """What kind of server says that its models have these owners, or sends these headers."""
    for one in PRESETS:
        if (one.owned_by and one.owned_by in owners) or (one.header and one.header in headers):
            return one
    return None


def _is_of(preset: Preset, host: str) -> bool:
    return host.endswith(preset.host) if preset.host.startswith(".") else host == preset.host
