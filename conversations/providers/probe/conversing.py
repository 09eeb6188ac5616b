"""Answers: how they come, what they report, and whether the next one knows them."""

from collections.abc import AsyncIterator

from conversations.protocol.abilities import Ability, Found, Reason
from conversations.protocol.events import TYPES
from conversations.providers.probe.asking import Answered, Probe, tried

TELL = "Remember this word: {word}. Answer with the one word OK and nothing else."
RECALL = "Which word were you told to remember? Answer with that word alone."


async def converses(probe: Probe) -> AsyncIterator[Found]:
    """The first answer and the second."""
    answer = await tried(Ability.ANSWER, _answers(probe))
    yield answer
    if probe.first is None:
        return
    yield _streams(probe.first) if probe.streams else _whole_only()
    yield _reports_usage(probe.first)
    yield _stores(probe.first)
    yield await tried(Ability.CHAIN, _chains(probe, probe.first))
    yield await tried(Ability.RETRIEVE, _retrieves(probe, probe.first))


async def _answers(probe: Probe) -> Found:
    answered = await probe.ask(TELL.format(word=probe.word))
    if not answered.response["output"]:
        return Found(Ability.ANSWER, False, Reason.SILENT)
    probe.first = answered
    return Found(Ability.ANSWER, True, Reason.SEEN, str(answered.response.get("model") or ""))


def _streams(answered: Answered) -> Found:
    """As the standard's events, or as others that mean the same; or all at once."""
    kinds = [str(event["type"]) for event in answered.events]
    foreign = sorted({kind for kind in kinds if kind not in TYPES})
    if foreign:
        return Found(Ability.STREAM, True, Reason.OTHERWISE, ", ".join(foreign[:8]))
    if "response.created" not in kinds:
        return Found(Ability.STREAM, True, Reason.OTHERWISE, "no response.created")
    if not any(kind.endswith(".delta") for kind in kinds):
        return Found(Ability.STREAM, False, Reason.SILENT)
    return Found(Ability.STREAM, True, Reason.SEEN)


def _whole_only() -> Found:
    return Found(Ability.STREAM, False, Reason.REFUSED)


def _reports_usage(answered: Answered) -> Found:
    usage = answered.response.get("usage") or {}
    if not usage.get("input_tokens") or not usage.get("output_tokens"):
        known = ", ".join(name for name, value in usage.items() if isinstance(value, int) and value)
        return Found(Ability.USAGE, False, Reason.MISSING, known)
    return Found(Ability.USAGE, True, Reason.SEEN)


def _stores(answered: Answered) -> Found:
    """What it says of it; whether it is true, the next tries show."""
    try:
        is_stored = answered.echo("store")
    except KeyError:
        return Found(Ability.STORE, None, Reason.MISSING)
    if is_stored is False:
        return Found(Ability.STORE, False, Reason.SILENT)
    return Found(Ability.STORE, True, Reason.SEEN)


async def _chains(probe: Probe, first: Answered) -> Found:
    """Only what it knows counts: some say that they go on from a response and know nothing of it,
    others do not say it and do.
    """
    answered = await probe.ask(RECALL, previous_response_id=first.id)
    if answered.id == first.id:
        # Nothing tells which of its answers is meant, nor whose.
        return Found(Ability.CHAIN, False, Reason.OTHERWISE, f"the same id twice: {first.id}")
    if answered.knows(probe.word):
        return Found(Ability.CHAIN, True, Reason.SEEN)
    try:
        is_said = bool(answered.echo("previous_response_id"))
    except KeyError:
        is_said = False
    return Found(Ability.CHAIN, False, Reason.FORGOT if is_said else Reason.SILENT)


async def _retrieves(probe: Probe, first: Answered) -> Found:
    found = await probe.client.retrieve(first.id)
    if found.get("id") != first.id:
        return Found(Ability.RETRIEVE, False, Reason.OTHERWISE, str(found.get("id") or ""))
    return Found(Ability.RETRIEVE, True, Reason.SEEN)
