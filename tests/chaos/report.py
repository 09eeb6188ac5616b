"""What the rounds have shown, as a table for people and as a verdict."""

import re
from collections.abc import Iterable, Sequence

from tests.chaos.plan import Outcome, Plan, Strike

WORD = re.compile(r"w(\d+)")
KEPT_WITHIN = 1.0  # seconds of an interrupted answer's last words that may be lost


def passed(plan: Plan, outcomes: Sequence[Outcome], strikes: Sequence[Strike]) -> bool:
    """Whether all went as promised, and anything went at all."""
    hit = all(strike.ids for strike in strikes) and len(strikes) == plan.rounds
    return bool(outcomes) and hit and not any(wrong(plan, outcome) for outcome in outcomes)


def wrong(plan: Plan, outcome: Outcome) -> str:
    """What is not as promised of an answer; empty when all is."""
    if outcome.shown != _drawn(outcome.stored):
        return "the tab shows something else than what is stored"
    if _numbers(outcome.stored) != list(range(1, len(_numbers(outcome.stored)) + 1)):
        return "words are lost or doubled"
    if outcome.status == "completed":
        return _wrong_when_complete(plan, outcome)
    if may_be_cut(plan) and outcome.strikes and outcome.reason == "interrupted":
        return _wrong_when_cut(plan, outcome)
    return f"it is {outcome.status} {outcome.reason}".strip()


def may_be_cut(plan: Plan) -> bool:
    """Whether an answer that dies with its process can't be had from the provider any more."""
    return plan.provider == "plain" and plan.mode in ("kill", "term")


def table(plan: Plan, outcomes: Sequence[Outcome], strikes: Sequence[Strike]) -> str:
    """The figures, and each answer that is not as promised."""
    complete = [outcome for outcome in outcomes if outcome.status == "completed"]
    cut = [outcome for outcome in outcomes if outcome.reason == "interrupted"]
    rows = {
        "rounds": len(strikes),
        "answers met by them": len({id_ for strike in strikes for id_ in strike.ids}),
        "answers": len(outcomes),
        "complete": len(complete),
        "interrupted, text kept": len(cut),
        "deltas sent": sum(len(_numbers(outcome.sent)) for outcome in outcomes),
        "deltas lost": sum(lost(outcome) for outcome in complete),
        "deltas doubled": sum(doubled(outcome) for outcome in outcomes),
        "lost at most when interrupted": f"{_most(lost(one) / plan.rate for one in cut):.2f} s",
        "answers asked for twice": sum(outcome.requests > 1 for outcome in outcomes),
        "longest wait for the next words": f"{_most(one.waited for one in outcomes):.1f} s",
    }
    title = (
        f"{plan.mode}, {plan.provider} provider, {plan.tabs} tabs, {plan.deltas} deltas at "
        f"{plan.rate} a second, seed {plan.seed}"
    )
    faults = [f"{one.id}: {wrong(plan, one)}" for one in outcomes if wrong(plan, one)]
    return "\n".join(
        [title, "", *(f"{name:34}{value:>10}" for name, value in rows.items()), *faults]
    )


def lost(outcome: Outcome) -> int:
    """How many of the deltas that the provider sent are not stored."""
    return len(set(_numbers(outcome.sent)) - set(_numbers(outcome.stored)))


def doubled(outcome: Outcome) -> int:
    """How many are stored or shown more than once."""
    return max(
        len(numbers) - len(set(numbers))
        for numbers in (_numbers(outcome.stored), _numbers(outcome.shown))
    )


def _wrong_when_complete(plan: Plan, outcome: Outcome) -> str:
    if outcome.stored != outcome.sent:
        return "what is stored is not what was sent"
    if len(_numbers(outcome.sent)) != plan.deltas:
        return "the provider was not read to the end"
    if outcome.requests != 1 and not may_be_cut(plan):
        return f"it was asked for {outcome.requests} times"
    return ""


def _wrong_when_cut(plan: Plan, outcome: Outcome) -> str:
    if not outcome.sent.startswith(outcome.stored):
        return "what is kept is not what was sent"
    if lost(outcome) > KEPT_WITHIN * plan.rate:
        return f"{lost(outcome)} deltas of its end are lost"
    return ""


def _drawn(text: str) -> str:
    """As Markdown shows it: paragraphs, without the space at their ends."""
    return "\n\n".join(paragraph.strip() for paragraph in text.strip().split("\n\n"))


def _numbers(text: str) -> list[int]:
    return [int(number) for number in WORD.findall(text)]


def _most(values: Iterable[float]) -> float:
    return max(values, default=0.0)
