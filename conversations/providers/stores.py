"""Files that a provider keeps, and the vector stores in which its models search them.

Each call ends well or raises `ProviderError`, NOT_FOUND for what is not there any more. None is
repeated here: whoever calls has something else to do meanwhile.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers.calls import Exchange, checked
from conversations.providers.classify import NOTHING, Asked
from conversations.providers.config import ProviderConfig
from conversations.providers.errors import provider_error
from conversations.providers.exchange import exchange

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Upload = tuple[str, bytes, str]  # a file's name, its bytes, and what type they are of
PURPOSE: Literal["assistants"] = "assistants"  # what `file_search` reads
WHOLE = Asked(whole=True)
DAY = 24 * 60 * 60


class Stores:
    """Those of one account. `sdk` is made when it is needed."""

    def __init__(self, sdk: "Callable[[], AsyncOpenAI]", config: ProviderConfig) -> None:
        self._sdk = sdk
        self._config = config

    async def create(self, days: int) -> str:
        """A new store, which goes so many days after it was last used; its id."""
        expiry: Any = {"anchor": "last_active_at", "days": days}
        sdk = self._sdk().vector_stores.with_streaming_response
        return _id(await self._told(lambda: sdk.create(expires_after=expiry)), self._config)

    async def delete(self, store_id: str) -> None:
        """Remove a store; the files in it stay where they are."""
        sdk = self._sdk().vector_stores.with_streaming_response
        await self._told(lambda: sdk.delete(self._checked(store_id)))

    async def upload(self, file: Upload, days: int) -> str:
        """Have the provider keep a file for so many days; its id. Some know no such term.

        It may take as long as an answer in one piece: most of that is the way there.
        """
        expiry: Any = {"anchor": "created_at", "seconds": days * DAY}
        sdk = self._sdk().files.with_streaming_response
        try:
            told = await self._told(
                lambda: sdk.create(file=file, purpose=PURPOSE, expires_after=expiry), WHOLE
            )
        except ProviderError as error:
            if "expires_after" not in f"{error.param} {error.message} {error.detail}":
                raise
            told = await self._told(lambda: sdk.create(file=file, purpose=PURPOSE), WHOLE)
        return _id(told, self._config)

    async def delete_file(self, file_id: str) -> None:
        """Remove a file from wherever it is."""
        sdk = self._sdk().files.with_streaming_response
        await self._told(lambda: sdk.delete(self._checked(file_id)))

    async def add(self, store_id: str, file_id: str, attributes: Mapping[str, str]) -> None:
        """Have a store take a file in, which then takes a while."""
        sdk = self._sdk().vector_stores.files.with_streaming_response
        own = self._checked(store_id)
        await self._told(lambda: sdk.create(own, file_id=file_id, attributes=dict(attributes)))

    async def remove(self, store_id: str, file_id: str) -> None:
        """Take a file out of a store."""
        sdk = self._sdk().vector_stores.files.with_streaming_response
        own, of = self._checked(file_id), self._checked(store_id)
        await self._told(lambda: sdk.delete(own, vector_store_id=of))

    async def status(self, store_id: str, file_id: str) -> str:
        """How far a store is with a file: in_progress, completed, cancelled or failed."""
        sdk = self._sdk().vector_stores.files.with_streaming_response
        own, of = self._checked(file_id), self._checked(store_id)
        told = await self._told(lambda: sdk.retrieve(own, vector_store_id=of))
        return str(told.get("status") or "")

    def _checked(self, upstream_id: str) -> str:
        return checked(upstream_id, self._config)

    async def _told(
        self, call: Callable[[], Exchange], asked: Asked = NOTHING
    ) -> Mapping[str, Any]:
        async with exchange(call, self._config, asked) as answer:
            told = await answer.json(self._config.limits.fact_bytes)
        return told if isinstance(told, dict) else {}


def _id(told: Mapping[str, Any], config: ProviderConfig) -> str:
    name = told.get("id")
    if not isinstance(name, str) or not name:
        raise provider_error(ErrorKind.NOT_AN_ENDPOINT, config, detail="no id")
    return name
