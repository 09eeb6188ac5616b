"""What is known of some models by their names: a beginning, which an administrator corrects.

As OpenAI's lists had it in August 2025, in dollars per million tokens. Prices change; what is
stored with a model counts, and says since when it holds.
"""

from dataclasses import dataclass
from datetime import date

AS_OF = date(2025, 8, 15)


@dataclass(frozen=True)
class KnownModel:
    """The size of its context, its longest answer, its prices, and whether it looks at images and
    files.
    """

    context_window: int
    max_output: int
    input: str
    cached: str
    output: str
    sees: bool = True


KNOWN = {
    "gpt-5": KnownModel(400_000, 128_000, "1.25", "0.125", "10"),
    "gpt-5-mini": KnownModel(400_000, 128_000, "0.25", "0.025", "2"),
    "gpt-5-nano": KnownModel(400_000, 128_000, "0.05", "0.005", "0.4"),
    "gpt-4.1": KnownModel(1_047_576, 32_768, "2", "0.5", "8"),
    "gpt-4.1-mini": KnownModel(1_047_576, 32_768, "0.4", "0.1", "1.6"),
    "gpt-4.1-nano": KnownModel(1_047_576, 32_768, "0.1", "0.025", "0.4"),
    "gpt-4o": KnownModel(128_000, 16_384, "2.5", "1.25", "10"),
    "gpt-4o-mini": KnownModel(128_000, 16_384, "0.15", "0.075", "0.6"),
    "o3": KnownModel(200_000, 100_000, "2", "0.5", "8"),
    "o4-mini": KnownModel(200_000, 100_000, "1.1", "0.275", "4.4"),
    "o3-mini": KnownModel(200_000, 100_000, "1.1", "0.55", "4.4", sees=False),
}
# What else reads text alone, by the beginnings of names; no more is known of them here.
TEXT_ALONE = (
    "deepseek-chat",
    "deepseek-r1",
    "deepseek-reasoner",
    "deepseek-v3",
    "gpt-3.5",
    "gpt-oss",
    "o1-mini",
)


def takes_images(name: str) -> bool | None:
    """Whether a model of this name looks at images; None where that is not known."""
    if known := known_model(name):
        return known.sees
    return False if name.rpartition("/")[2].lower().startswith(TEXT_ALONE) else None


def known_model(name: str) -> KnownModel | None:
    """What is known of a model of this name, with or without a date behind it."""
    bare = name.rpartition("/")[2].lower()
    if bare in KNOWN:
        return KNOWN[bare]
    for known in sorted(KNOWN, key=len, reverse=True):
        if bare.startswith(f"{known}-20"):
            return KNOWN[known]
    return None
