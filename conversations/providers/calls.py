"""The requests that are made of a provider, each by the SDK's own function."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from conversations.protocol.errors import ErrorKind
from conversations.providers.config import ProviderConfig
from conversations.providers.errors import provider_error

if TYPE_CHECKING:
    from openai import AsyncAPIResponse, AsyncOpenAI

Exchange = AbstractAsyncContextManager["AsyncAPIResponse[Any]"]
Call = Callable[[], Exchange]
Recording = tuple[str, bytes, str]  # a file's name, its bytes, and what type they are of
# The SDK refuses to make a path of these.
NO_IDS = {"", ".", ".."}


class Calls:
    """Each returns the context of one exchange that has not begun. `sdk` is made when needed."""

    def __init__(self, sdk: "Callable[[], AsyncOpenAI]", config: ProviderConfig) -> None:
        self._sdk = sdk
        self._config = config

    def create(self, body: Mapping[str, Any]) -> Exchange:
        # All in extra_body: parameters that the SDK knows by name it would walk through and copy.
        return self._sdk().responses.with_streaming_response.create(extra_body=body)

    def resume(self, upstream_id: str, starting_after: int | None) -> Exchange:
        query = {} if starting_after is None else {"starting_after": starting_after}
        return self._sdk().responses.with_streaming_response.retrieve(
            self._checked(upstream_id), stream=True, extra_query=query
        )

    def retrieve(self, upstream_id: str) -> Exchange:
        return self._sdk().responses.with_streaming_response.retrieve(self._checked(upstream_id))

    def cancel(self, upstream_id: str) -> Exchange:
        return self._sdk().responses.with_streaming_response.cancel(self._checked(upstream_id))

    def compact(self, body: Mapping[str, Any]) -> Exchange:
        return self._sdk().responses.with_streaming_response.compact(
            model=body["model"], extra_body=body
        )

    def count_input_tokens(self, body: Mapping[str, Any]) -> Exchange:
        return self._sdk().responses.input_tokens.with_streaming_response.count(extra_body=body)

    def models(self) -> Exchange:
        return self._sdk().models.with_streaming_response.list()

    def transcribe(self, model: str, file: Recording) -> Exchange:
        return self._sdk().audio.transcriptions.with_streaming_response.create(
            file=file, model=model, response_format="json"
        )

    def container_file(self, container_id: str, file_id: str) -> Exchange:
        content = self._sdk().containers.files.content.with_streaming_response
        return content.retrieve(self._checked(file_id), container_id=self._checked(container_id))

    def _checked(self, upstream_id: str) -> str:
        return checked(upstream_id, self._config)


def checked(upstream_id: str, config: ProviderConfig) -> str:
    """The id, of which a path can be made; NOT_FOUND says that nothing can have it."""
    if upstream_id in NO_IDS:
        raise provider_error(ErrorKind.NOT_FOUND, config, detail=f"{upstream_id!r} is no id")
    return upstream_id
