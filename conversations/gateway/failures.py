"""An answer that was waited for and failed: the HTTP error that says so."""

from typing import Any

from conversations.gateway.refusals import Refusal

# By the kind of a provider's failure; whatever is not named here is the other server's fault.
STATUSES = {
    "rate_limited": 429,
    "quota": 429,
    "bad_request": 400,
    "unsupported_parameter": 400,
    "context_length": 400,
    "item_refused": 400,
    "timeout": 504,
    "overloaded": 503,
    "ours": 500,
}
BY_CODE = {
    "rate_limit_exceeded": 429,
    "insufficient_quota": 429,
    "context_length_exceeded": 400,
    "invalid_prompt": 400,
}


def refusal_of(error: dict[str, Any]) -> Refusal:
    """Asking again at once is of no use: that has been done here already."""
    code = str(error.get("code") or "server_error")
    kind = str((error.get("failure") or {}).get("kind") or code)
    status = STATUSES.get(kind) or BY_CODE.get(code) or 502
    return Refusal(status, str(error.get("message") or ""), code, retry=False)
