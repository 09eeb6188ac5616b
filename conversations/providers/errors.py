"""Every way a provider can fail, mapped once to `ProviderError`.

Nothing past this boundary sees an exception of the SDK or of the HTTP client. A sentence for a
person names the provider and what happened; it carries the provider's own words only where they
help, and never a key: a provider may echo the key that it refuses.
"""

import json
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

SENTENCES = {
    ErrorKind.UNREACHABLE: "{name} can't be reached.",
    ErrorKind.CERTIFICATE: "{name} can't be reached safely: its certificate is not valid.",
    ErrorKind.KEY_REFUSED: "{name} refused the key. An administrator has to check it.",
    ErrorKind.FORBIDDEN: "{name} does not allow this. An administrator has to check the key.",
    ErrorKind.RATE_LIMITED: "{name} is busy: too many requests for the moment.",
    ErrorKind.QUOTA: "{name} has no credit left. An administrator has to look at the account.",
    ErrorKind.NOT_FOUND: "{name} does not have what was asked for, perhaps the model.",
    ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND: "{name} no longer has the earlier conversation.",
    ErrorKind.NO_BACKGROUND: "{name} can't answer in the background.",
    ErrorKind.STEER_REFUSED: "{name} takes nothing more into this answer.",
    ErrorKind.BAD_REQUEST: "{name} did not accept the request.",
    ErrorKind.UNSUPPORTED_PARAMETER: "{name} did not accept a setting of the request.",
    ErrorKind.CONTEXT_LENGTH: "The conversation is too long for this model of {name}.",
    ErrorKind.OVERLOADED: "{name} is overloaded at the moment.",
    ErrorKind.SERVER: "{name} has a problem of its own.",
    ErrorKind.TIMEOUT: "{name} took too long to answer.",
    ErrorKind.CUT: "The connection to {name} was lost before the answer was complete.",
    ErrorKind.GARBAGE: "{name} sent an answer that can't be read.",
    ErrorKind.NOT_AN_ENDPOINT: "{name} did not answer like a Responses API. "
    "An administrator has to check its address.",
    ErrorKind.TOO_LARGE: "The answer of {name} is too large.",
    ErrorKind.FAILED: "{name} could not finish the answer.",
}
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
    message = SENTENCES[kind].format(name=config.name)
    if own_words and kind in QUOTED:
        message = f"{message} It says: {clean(own_words, config)}"
    if retry_after is not None and retry_after > LONGEST_WAIT and kind in PASSING:
        message += try_again(retry_after, datetime.now(UTC))
    return ProviderError(
        kind,
        message,
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


def try_again(seconds: float, now: datetime) -> str:
    """A sentence, with a blank before it, that says when so many seconds have passed.

    It names a time and not a duration: it is still read when the answer is an old one.
    """
    if seconds > LONGEST_TOLD.total_seconds():
        return ""
    then = now + timedelta(seconds=seconds)
    if then.second or then.microsecond:
        then += timedelta(minutes=1)  # the next whole minute
    day = "" if then.date() == now.date() else f"{then:%Y-%m-%d} "
    return f" Try again after {day}{then:%H:%M} UTC."


def clean(words: str, config: ProviderConfig) -> str:
    """The first line of a provider's words, short, and without a key."""
    lines = redact(words, config).strip().splitlines()
    line = " ".join(lines[0].split()) if lines else ""
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1] + "…"


def redact(text: str, config: ProviderConfig) -> str:
    """`text` without the provider's key, and without anything that looks like a key."""
    if config.api_key:
        text = text.replace(config.api_key, "[key]")
        text = text.replace(json.dumps(config.api_key)[1:-1], "[key]")
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
