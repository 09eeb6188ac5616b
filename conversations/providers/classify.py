"""Which kind of error an answer, or the lack of one, is. Pure tables and their lookups."""

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import httpx2

from conversations.protocol.errors import ErrorKind

KIND_OF_CODE = {
    "previous_response_not_found": ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND,
    "insufficient_quota": ErrorKind.QUOTA,
    "billing_hard_limit_reached": ErrorKind.QUOTA,
    "billing_not_active": ErrorKind.QUOTA,
    "credit_balance_exhausted": ErrorKind.QUOTA,
    "rate_limit_exceeded": ErrorKind.RATE_LIMITED,
    "slow_down": ErrorKind.RATE_LIMITED,
    "context_length_exceeded": ErrorKind.CONTEXT_LENGTH,
    "exceed_context_size_error": ErrorKind.CONTEXT_LENGTH,
    "invalid_encrypted_content": ErrorKind.ITEM_REFUSED,
    "invalid_api_key": ErrorKind.KEY_REFUSED,
    "model_not_found": ErrorKind.NOT_FOUND,
    "server_is_overloaded": ErrorKind.OVERLOADED,
    "overloaded_error": ErrorKind.OVERLOADED,
    "server_error": ErrorKind.SERVER,
    "internal_server_error": ErrorKind.SERVER,
    "invalid_prompt": ErrorKind.BAD_REQUEST,
    "invalid_request_error": ErrorKind.BAD_REQUEST,
}
KIND_OF_STATUS = {
    401: ErrorKind.KEY_REFUSED,
    402: ErrorKind.QUOTA,
    403: ErrorKind.FORBIDDEN,
    404: ErrorKind.NOT_FOUND,
    408: ErrorKind.TIMEOUT,
    429: ErrorKind.RATE_LIMITED,
    503: ErrorKind.OVERLOADED,
    529: ErrorKind.OVERLOADED,
}
# Providers without the code say it in words (vLLM: "Response with id 'x' not found.").
PREVIOUS_RESPONSE = re.compile(r"previous.?response|response with id|response\b.*\bnot found", re.I)
# OpenAI: "Item with id 'rs_1' not found.", "Item 'rs_1' of type 'reasoning' was provided without
# its required following item.", "The encrypted content … could not be verified."
ITEM_REFUSED = re.compile(
    r"item with id|required following item|encrypted.content.{0,80}(?:verified|decrypted|invalid)",
    re.I | re.S,
)
NO_BACKGROUND = re.compile(r"\bbackground\b|\bZDR\b|zero.?data.?retention", re.I)
UNSUPPORTED = re.compile(r"not support|unsupported|unknown|unrecognized|not permitted", re.I)
# "Unsupported parameter: 'temperature' is not supported with this model."
PARAMETER = re.compile(r"parameter[^'\"`]{0,20}['\"`]([\w.\[\]]+)['\"`]", re.I)
NOT_THIS_VALUE = re.compile(r"\bvalue\b", re.I)
# vLLM and llama.cpp, xAI, Google, Anthropic, Groq.
CONTEXT_LENGTH = re.compile(
    r"context.?(?:length|window|size)|max_model_len|maximum context|maximum prompt length"
    r"|token count.{0,40}exceeds|(?:prompt|input) is too long|reduce the length of the messages",
    re.I | re.S,
)
# Not "quota" alone: some call their limit a minute so.
NO_CREDIT = re.compile(
    r"insufficient.?(?:quota|funds|balance|credit)|credit.balance|spend(?:ing)?.limit|billing", re.I
)
# How the HTTP client words an end that came too early; all else it objects to is broken HTTP.
CLOSED = re.compile(r"closed|disconnected", re.I)
KIND_OF_EXCEPTION: tuple[tuple[type[BaseException], ErrorKind], ...] = (
    (httpx2.TimeoutException, ErrorKind.TIMEOUT),
    (httpx2.ConnectError, ErrorKind.UNREACHABLE),
    (httpx2.ProxyError, ErrorKind.UNREACHABLE),
    (httpx2.InvalidURL, ErrorKind.UNREACHABLE),
    (httpx2.UnsupportedProtocol, ErrorKind.UNREACHABLE),
    (httpx2.DecodingError, ErrorKind.GARBAGE),
    # The key is the only header that isn't ours, and one with a line break can't be a header.
    (httpx2.LocalProtocolError, ErrorKind.KEY_REFUSED),
    (httpx2.TransportError, ErrorKind.CUT),
)


class Asked(NamedTuple):
    """What a request asked for, as far as it tells what its refusal, or its silence, means.

    `chained`: it named a previous response. `background`: it wanted to be answered in the
    background. `whole`: it wanted the answer in one piece.
    """

    chained: bool = False
    background: bool = False
    whole: bool = False

    @classmethod
    def by(cls, body: Mapping[str, Any]) -> "Asked":
        """What the body of a POST /responses asks for."""
        return cls(
            bool(body.get("previous_response_id")),
            bool(body.get("background")),
            body.get("stream") is False,
        )


NOTHING = Asked()


def kind_of_answer(
    status: int | None, code: str | None, words: str, asked: Asked, param: str | None = None
) -> ErrorKind:
    """The kind of an error from its HTTP status, its code, and the provider's words.

    `param` is the parameter that the provider names, if it names one.
    """
    known = KIND_OF_CODE.get(code or "")
    if known and known is not ErrorKind.BAD_REQUEST:
        return known
    if asked.background and status in (400, 403, 422) and _means_background(param, words):
        return ErrorKind.NO_BACKGROUND
    if status in (400, 404, 422) and ITEM_REFUSED.search(words):
        return ErrorKind.ITEM_REFUSED
    if asked.chained and status in (400, 404, 422) and PREVIOUS_RESPONSE.search(words):
        return ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND
    if status in (400, 403, 429) and NO_CREDIT.search(words):
        return ErrorKind.QUOTA
    if status in (None, 400, 413, 422) and CONTEXT_LENGTH.search(words):
        return ErrorKind.CONTEXT_LENGTH
    if status in (None, 400, 422) and _means_parameter(code, param, words):
        return ErrorKind.UNSUPPORTED_PARAMETER
    if status is None:
        return known or ErrorKind.FAILED
    if status in KIND_OF_STATUS:
        return KIND_OF_STATUS[status]
    if status >= 500:
        return ErrorKind.SERVER
    return ErrorKind.NOT_AN_ENDPOINT if status < 400 else ErrorKind.BAD_REQUEST


def parameter_in(words: str) -> str | None:
    """The parameter that a refusal names in words, if it does."""
    match = PARAMETER.search(words)
    return match[1] if match else None


def _means_parameter(code: str | None, param: str | None, words: str) -> bool:
    """The parameter itself is refused, not only the value that it has."""
    if not (param or parameter_in(words)) or code == "unsupported_value":
        return False
    if code in ("unsupported_parameter", "unknown_parameter"):
        return True
    return bool(UNSUPPORTED.search(words)) and not NOT_THIS_VALUE.search(words)


def _means_background(param: str | None, words: str) -> bool:
    """Other parameters have a background as well: that of an image, for one."""
    return param == "background" if param else bool(NO_BACKGROUND.search(words))


def kind_of_causes(causes: list[BaseException]) -> tuple[ErrorKind, str | None]:
    """The kind, and a code of ours or None, of an exception given with all its causes."""
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return ErrorKind.CERTIFICATE, None
        if isinstance(cause, socket.gaierror):
            return ErrorKind.UNREACHABLE, "host_not_found"
        if isinstance(cause, httpx2.ConnectTimeout):
            return ErrorKind.UNREACHABLE, "connect_timeout"
        if isinstance(cause, httpx2.RemoteProtocolError) and not CLOSED.search(str(cause)):
            return ErrorKind.GARBAGE, None  # no HTTP
        if isinstance(cause, UnicodeEncodeError):
            is_header = cause.encoding == "ascii"
            return ErrorKind.KEY_REFUSED if is_header else ErrorKind.BAD_REQUEST, None
    known = (
        kind for c in causes for exception, kind in KIND_OF_EXCEPTION if isinstance(c, exception)
    )
    return next(known, ErrorKind.CUT), None


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """`error`, what caused it, what caused that …"""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__
