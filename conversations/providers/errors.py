"""Every way a provider can fail, mapped once to `ProviderError`.

Nothing past this boundary sees an exception of the SDK or of the HTTP client. What a person is told
(`protocol.failures`) names the provider and what happened; it carries the provider's own words only
where they help, and never a key: a provider may echo the key that it refuses.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers.classify import (
    KIND_OF_CODE,
    NOTHING,
    UNSUPPORTED,
    Asked,
    causes_of,
    kind_of_answer,
    kind_of_causes,
    parameter_in,
)
from conversations.providers.config import ProviderConfig
from conversations.providers.retry import LONGEST_WAIT, asked_wait

LONGEST_MESSAGE = 300
LONGEST_DETAIL = 2000
LONGEST_BEGINNING = 300  # of what is no answer
LONGEST_TOLD = timedelta(days=366)

# Where the provider's own words tell a person more than ours.
QUOTED = {
    ErrorKind.BAD_REQUEST,
    ErrorKind.UNSUPPORTED_PARAMETER,
    ErrorKind.NOT_FOUND,
    ErrorKind.FAILED,
}
# What is over some time, as the provider may say when.
PASSING = {ErrorKind.RATE_LIMITED, ErrorKind.QUOTA, ErrorKind.OVERLOADED, ErrorKind.SERVER}

KEYS = re.compile(r"\b(?:sk|pk|rk|key)-[\w*.-]{6,}|(?<=Bearer )\S+|(?<=://)[^/\s@]+(?=@)", re.I)


def provider_error(
    kind: ErrorKind,
    config: ProviderConfig,
    *,
    own_words: str = "",
    code: str | None = None,
    param: str | None = None,
    status: int | None = None,
    retry_after: float | None = None,
    detail: str = "",
) -> ProviderError:
    """The error for `kind`, with the provider's `own_words` where they help a person.

    A wait that is too long for us (`retry_after`, in seconds) is told to the person.
    """
    failure: dict[str, Any] = {"kind": kind.value, "name": config.name}
    if own_words and kind in QUOTED:
        failure["words"] = clean(own_words, config)
    if retry_after is not None and retry_after > LONGEST_WAIT and kind in PASSING:
        failure |= until(retry_after, datetime.now(UTC))
    return ProviderError.of(
        kind,
        failure,
        code=code,
        param=param,
        status=status,
        retry_after=retry_after,
        detail=redact(detail or own_words, config)[:LONGEST_DETAIL],
    )


def error_of_exception(error: Exception, config: ProviderConfig, asked: Asked) -> ProviderError:
    """`error`, raised by the SDK or by its HTTP client, as a `ProviderError`.

    `asked` tells what the request asked for: only where it named a previous response, for one, can
    "not found" mean that.
    """
    import openai  # late: the import alone costs more than a second

    if isinstance(error, openai.APIStatusError):
        return error_of_answer(error.response, config, asked)
    causes = list(causes_of(error))
    kind, code = kind_of_causes(causes)
    detail = " <- ".join(f"{type(cause).__name__}: {cause}" for cause in causes)
    return provider_error(kind, config, code=code, detail=detail)


def error_of_answer(
    response: httpx2.Response, config: ProviderConfig, asked: Asked
) -> ProviderError:
    """The error that an HTTP answer, read whole, is."""
    text = response.content.decode(errors="replace")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None  # a page in HTML has no words for a person; the log below has its beginning
    return error_of_body(
        body,
        config,
        status=response.status_code,
        retry_after=asked_wait(response.status_code, response.headers),
        asked=asked,
        detail=f"HTTP {response.status_code}: {text}",
    )


def error_of_body(
    body: Any,
    config: ProviderConfig,
    *,
    status: int | None = None,
    retry_after: float | None = None,
    asked: Asked = NOTHING,
    detail: str = "",
) -> ProviderError:
    """The error that an error body (of an answer, of an `error` event) describes.

    Accepts OpenAI's nested form, a flat one, FastAPI's `detail`, and a bare string.
    """
    code, words, param = _facts_of(body)
    if status is None and code is not None and re.fullmatch(r"[45]\d\d", code):
        status = int(code)
    kind = kind_of_answer(status, code, words, asked, param)
    if kind is ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND and UNSUPPORTED.search(words):
        code = "unsupported_parameter"
    return provider_error(
        kind,
        config,
        own_words=words,
        code=code,
        param=param or parameter_in(words),
        status=status,
        retry_after=retry_after,
        detail=detail or f"{status or ''} {code or ''} {words}".strip(),
    )


def until(seconds: float, now: datetime) -> dict[str, int]:
    """When so many seconds have passed, to the next whole minute; nothing that is too far away."""
    if seconds > LONGEST_TOLD.total_seconds():
        return {}
    then = (now + timedelta(seconds=seconds)).timestamp()
    return {"until": math.ceil(then / 60) * 60}


def clean(words: str, config: ProviderConfig) -> str:
    """The first line of a provider's words, short, and without a key."""
    lines = redact(words, config).strip().splitlines()
    line = " ".join(lines[0].split()) if lines else ""
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1] + "…"


def redact(text: str, config: ProviderConfig) -> str:
    """`text` without the provider's secrets, and without anything that looks like a key."""
    for secret in config.secrets:
        text = text.replace(secret, "[key]")
        text = text.replace(json.dumps(secret)[1:-1], "[key]")
    return KEYS.sub("[key]", text)


def _facts_of(body: Any) -> tuple[str | None, str, str | None]:
    """The code, the words, and the parameter that an error body names."""
    error = body.get("error") or body if isinstance(body, Mapping) else body
    if not isinstance(error, Mapping):
        return None, error if isinstance(error, str) else "", None
    names = [str(error[name]) for name in ("code", "type") if error.get(name)]
    code = next((name for name in names if name in KIND_OF_CODE), next(iter(names), None))
    words = error.get("message") or error.get("detail") or ""
    param = error.get("param")
    return (
        code,
        words if isinstance(words, str) else json.dumps(words),
        param if isinstance(param, str) else None,
    )
