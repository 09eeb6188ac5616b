"""The servers that are known by name."""

import pytest

from conversations.protocol.dialects import DIALECTS
from conversations.protocol.presets import PRESETS, Preset, preset_at


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_a_preset_speaks_a_dialect_that_there_is(preset: Preset) -> None:
    assert preset.dialect in DIALECTS


def test_each_server_that_has_a_dialect_of_its_own_speaks_it() -> None:
    own = {preset.id: preset.dialect for preset in PRESETS if preset.id in DIALECTS}
    # Its service takes the standard's words as well as those that it documents.
    assert own == {id_: id_ for id_ in own} | {"modelverse": "standard"}


def test_no_two_are_called_the_same_or_lie_at_the_same_address() -> None:
    for name in ("id", "label", "base_url"):
        assert len({getattr(preset, name) for preset in PRESETS}) == len(PRESETS)


@pytest.mark.parametrize(
    ("base_url", "known"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("https://API.x.ai/v1/", "xai"),
        ("https://mine.openai.azure.com/openai/v1", "azure"),
        ("https://api.openai.com.evil.example/v1", None),
        ("https://openai.azure.com.evil.example/v1", None),
        ("http://localhost:11434/v1", None),
        ("", None),
    ],
)
def test_it_is_known_by_its_host_and_a_local_one_by_nothing(
    base_url: str, known: str | None
) -> None:
    preset = preset_at(base_url)
    assert (preset.id if preset else None) == known


def test_who_forgets_what_was_said_is_told_all_of_it_from_the_start() -> None:
    stateful = {preset.id for preset in PRESETS if preset.abilities.get("stateful", True)}
    assert stateful == {"openai", "azure", "modelverse", "xai", "lmstudio"}
