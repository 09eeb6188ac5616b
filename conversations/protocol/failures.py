"""What went wrong at a provider, in sentences: one table for the API's English and every language.

A failure is stored as its kind with what its sentences name:

| name    | is                                                         |
|---------|------------------------------------------------------------|
| `kind`  | an `ErrorKind`, or one of ours                             |
| `name`  | the provider's                                             |
| `words` | its own, where they tell a person more than ours           |
| `until` | when it may be asked again: a whole minute, in Unix seconds |
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from conversations.protocol.marking import gettext_noop
from conversations.protocol.marking import gettext_noop as _

Failure = Mapping[str, Any]

SENTENCES = {
    "unreachable": _("{name} can't be reached."),
    "certificate": _("{name} can't be reached safely: its certificate is not valid."),
    "key_refused": _("{name} refused the key. An administrator has to check it."),
    "forbidden": _("{name} does not allow this. An administrator has to check the key."),
    "rate_limited": _("{name} is busy: too many requests for the moment."),
    "quota": _("{name} has no credit left. An administrator has to look at the account."),
    "not_found": _("{name} does not have what was asked for, perhaps the model."),
    "previous_response_not_found": _("{name} no longer has the earlier conversation."),
    "item_refused": _("{name} did not accept a part of the earlier conversation."),
    "no_background": _("{name} can't answer in the background."),
    "steer_refused": _("{name} takes nothing more into this answer."),
    "bad_request": _("{name} did not accept the request."),
    "unsupported_parameter": _("{name} did not accept a setting of the request."),
    "context_length": _("The conversation is too long for this model of {name}."),
    "overloaded": _("{name} is overloaded at the moment."),
    "server": _("{name} has a problem of its own."),
    "timeout": _("{name} took too long to answer."),
    "cut": _("The connection to {name} was lost before the answer was complete."),
    "garbage": _("{name} sent an answer that can't be read."),
    "not_an_endpoint": _(
        "{name} did not answer like a Responses API. An administrator has to check its address."
    ),
    "too_large": _("The answer of {name} is too large."),
    "failed": _("{name} could not finish the answer."),
    # Ours: an answer that was left at the provider, and what is nobody's fault but this server's.
    "gone": _("{name} no longer has this answer."),
    "unfinished": _("{name} did not finish within a day."),
    "ours": _("Something went wrong here. The operator's log has it."),
}
IT_SAYS = _("It says: {words}")
TRY_AGAIN = _("Try again after {time}.")


def told(
    failure: Failure, say: Callable[[str], str] = gettext_noop, now: datetime | None = None
) -> str:
    """Return what a person is told of a failure; "" for a kind that is not known here.

    `say` translates a sentence of the table; a time is told with its day unless it is that of
    `now`, because it is still read when the answer is an old one.
    """
    sentence = SENTENCES.get(str(failure.get("kind")))
    if sentence is None:
        return ""
    said = [_filled(say(sentence), name=failure.get("name"))]
    if words := failure.get("words"):
        said.append(_filled(say(IT_SAYS), words=words))
    if until := failure.get("until"):
        said.append(_filled(say(TRY_AGAIN), time=_moment(until, now or datetime.now(UTC))))
    return " ".join(said)


def _filled(sentence: str, **values: Any) -> str:
    """What a provider says is never read as a pattern itself."""
    for name, value in values.items():
        sentence = sentence.replace(f"{{{name}}}", str(value or ""))
    return sentence


def _moment(seconds: float, now: datetime) -> str:
    then = datetime.fromtimestamp(seconds, UTC)
    day = "" if then.date() == now.date() else f"{then:%Y-%m-%d} "
    return f"{day}{then:%H:%M} UTC"
