"""The providers that are there from the start."""

from decimal import Decimal

import pytest
from pytest_django import Settings

from conversations.models import Model, Provider
from conversations.models.database import in_database
from conversations.models.finding import learn
from conversations.protocol.abilities import Ability, Found, Reason
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.turns import setup
from conversations.turns.endpoint import config_of
from conversations.turns.setup import for_chat, offer, offer_models

pytestmark = pytest.mark.usefixtures("transactional_db")


class Listing:
    """A provider that lists these models, or fails."""

    def __init__(self, *names: str, error: ProviderError | None = None) -> None:
        self.names, self.error = list(names), error

    async def models(self) -> list[str]:
        if self.error:
            raise self.error
        return self.names


@pytest.fixture
def environment(settings: Settings) -> Settings:
    settings.OPENAI_CONNECTED = True
    settings.OPENAI_API_KEY = "sk-environment"
    settings.OPENAI_BASE_URL = "https://api.openai.com/v1"
    settings.OPENAI_MODELS = ["model-a", "model-b"]
    return settings


async def offered() -> list[str]:
    return await in_database(lambda: [model.name for model in Model.objects.offered()])


async def test_without_a_provider_the_guide_is_offered() -> None:
    await offer_models()
    await offer_models()
    assert await offered() == ["guide"]


async def test_the_environments_models_are_offered_its_first_as_the_default(
    environment: Settings,
) -> None:
    await offer_models()
    assert await offered() == ["model-a", "model-b", "guide"]
    provider = await in_database(Provider.objects.get, from_environment=True)
    assert (provider.name, provider.api_key) == ("OpenAI", "")


@pytest.mark.parametrize(
    ("base_url", "name", "dialect", "stateful", "background"),
    [
        ("https://api.modelverse.cn/v1", "ModelVerse", "standard", True, True),
        ("https://mine.openai.azure.com/openai/v1", "Azure OpenAI", "azure", True, True),
        ("https://openrouter.ai/api/v1", "OpenRouter", "openrouter", False, False),
        ("http://gpu.example/v1", "gpu.example", "standard", True, False),
    ],
)
async def test_what_is_known_at_the_environments_address_is_a_beginning(
    environment: Settings,
    base_url: str,
    name: str,
    dialect: str,
    stateful: bool,
    background: bool,
) -> None:
    environment.OPENAI_BASE_URL = base_url
    await offer_models()
    provider = await in_database(Provider.objects.get, from_environment=True)
    assert (provider.name, provider.dialect) == (name, dialect)
    assert (provider.stateful, provider.background) == (stateful, background)
    await in_database(Provider.objects.filter(pk=provider.pk).update, background=not background)
    await offer_models()
    await in_database(provider.refresh_from_db)
    assert provider.background is not background, "what was found out since stays"


async def test_a_model_that_the_environment_names_no_more_is_not_offered(
    environment: Settings,
) -> None:
    await offer_models()
    environment.OPENAI_MODELS = ["model-b"]
    await offer_models()
    assert await offered() == ["model-b", "guide"]
    assert await in_database(lambda: Model.objects.get(is_default=True).name) == "model-b"


async def test_a_provider_that_the_environment_names_no_more_is_off(
    environment: Settings,
) -> None:
    await offer_models()
    environment.OPENAI_CONNECTED = False
    await offer_models()
    assert await offered() == ["guide"]


async def test_a_provider_of_the_same_name_that_was_connected_by_hand_stays(
    environment: Settings,
) -> None:
    await in_database(
        Provider.objects.create, name="OpenAI", base_url="http://by.hand/v1", api_key="sk-hand"
    )
    await offer_models()
    await offer_models()
    names = await in_database(lambda: sorted(Provider.objects.values_list("name", flat=True)))
    assert names == ["Guide", "OpenAI", "OpenAI (environment)"]


async def test_the_environments_key_goes_to_the_environments_address_alone(
    environment: Settings,
) -> None:
    await offer_models()
    provider = await in_database(Provider.objects.get, from_environment=True)
    provider.base_url = "https://evil.example/v1"
    config = config_of(provider)
    assert (config.base_url, config.api_key) == ("https://api.openai.com/v1", "sk-environment")


async def test_without_named_models_those_that_chat_are_offered(
    environment: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.OPENAI_MODELS = []
    listing = Listing("gpt-best", "text-embedding-3", "whisper-1", "tts-hd")
    monkeypatch.setattr(setup, "client_of", lambda _: listing)
    await offer_models()
    assert await offered() == ["gpt-best", "guide"]


async def test_a_provider_that_lists_nothing_is_told_to_the_operator(
    environment: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    environment.OPENAI_MODELS = []
    listing = Listing(error=ProviderError(ErrorKind.UNREACHABLE, "OpenAI can't be reached."))
    monkeypatch.setattr(setup, "client_of", lambda _: listing)
    await offer_models()
    assert "OPENAI_MODEL" in caplog.text
    assert await offered() == ["guide"]


async def test_another_provider_does_not_take_the_default_away(environment: Settings) -> None:
    await offer_models()
    other = await in_database(
        Provider.objects.create, name="Other", base_url="http://other.test/v1"
    )
    await in_database(offer, other, ["model-c"])
    assert (await offered())[0] == "model-a"


def test_models_for_other_purposes_are_left_out() -> None:
    assert for_chat(["gpt-5", "dall-e-3", "omni-moderation", "llama"]) == ["gpt-5", "llama"]


@pytest.mark.parametrize(
    ("base_url", "name", "window", "price"),
    [
        ("https://api.openai.com/v1", "gpt-4.1-mini-2025-04-14", 1_047_576, "0.4"),
        ("https://api.modelverse.cn/v1", "openai/gpt-4o", 128_000, None),
        ("https://api.openai.com/v1", "gpt-4oo", None, None),
    ],
)
def test_a_model_begins_with_what_its_name_tells(
    base_url: str, name: str, window: int | None, price: str | None
) -> None:
    provider = Provider.objects.create(name="One", base_url=base_url)
    offer(provider, [name])
    model = Model.objects.get()
    assert model.context_window == window
    assert model.input_price == (price and Decimal(price))
    assert (model.price is None) == (price is None)
    assert (model.priced_at is None) == (price is None)


async def test_the_guide_of_an_earlier_version_learns_what_is_known_of_it() -> None:
    await offer_models()
    await in_database(Provider.objects.update, takes_images=True)
    await in_database(Model.objects.update, context_window=None, input_price=None)
    await offer_models()
    guide = await in_database(Model.objects.select_related("provider").get)
    assert not guide.provider.takes_images
    assert (guide.context_window, guide.input_price) == (setup.GUIDE_CONTEXT, 0)


async def test_what_an_administrator_says_of_the_guide_stays() -> None:
    await offer_models()
    await in_database(Model.objects.update, context_window=5_000, enabled=False)
    await offer_models()
    guide = await in_database(Model.objects.get)
    assert (guide.context_window, guide.enabled) == (5_000, False)


@pytest.mark.parametrize(
    ("name", "images", "files"),
    [
        ("gpt-4o-2024-08-06", True, None),
        ("openai/gpt-oss-120b", False, False),
        ("deepseek-v3.1", False, False),
        ("o3-mini", False, False),
        ("somebody-s-own", None, None),
    ],
)
async def test_what_a_model_is_known_to_take_is_known_from_its_name(
    name: str, images: bool | None, files: bool | None
) -> None:
    provider = await in_database(Provider.objects.create, name="P", base_url="http://p.test/v1")
    await in_database(offer, provider, [name])
    model = await in_database(Model.objects.get, name=name)
    assert (model.takes_images, model.takes_files) == (images, files)


async def test_what_was_found_out_about_the_environments_old_address_is_forgotten(
    environment: Settings,
) -> None:
    await offer_models()
    provider = await in_database(Provider.objects.get, from_environment=True)
    await in_database(learn, provider, Found(Ability.CHAIN, False, Reason.SILENT))
    await offer_models()
    assert await in_database(provider.findings.exists)
    environment.OPENAI_BASE_URL = "https://elsewhere.example/v1"
    await offer_models()
    assert not await in_database(provider.findings.exists)
