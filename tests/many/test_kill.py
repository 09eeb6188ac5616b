"""kill -9 of the process that runs answers: what readers see, what is stored, what was asked."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from psycopg.rows import DictRow

from tests.many.page import Answer, Page, page_on
from tests.support.many import Installation, question, text_of

KINDS = ("resumable", "plain")
PHASES = {
    "before the provider's first word": {"hold": 6000, "deltas": 60, "rate": 100},
    "before the first delta": {"wait": 6000, "deltas": 60, "rate": 100},
    "amid deltas": {"deltas": 700, "rate": 100},
    "amid a hosted tool's call": {"mcp": 6, "deltas": 60, "rate": 100},
}


@dataclass
class Killed:
    """What became of an answer whose process was killed."""

    row: DictRow
    lease_before: int
    asked: list[str]
    told: dict[str, Any]
    seen_a_second_before: str
    stayed: Answer  # by the tab that had asked, whose connection was cut
    elsewhere: Answer  # by a tab on the other process, whose connection was not


UNHEARD = "before the provider's first word"
CONTINUED = [("resumable", phase) for phase in PHASES if phase != UNHEARD]
# Of an answer whose id was not heard nothing can be had, so it is asked for once more.
ASKED_AGAIN = [("resumable", UNHEARD), ("plain", UNHEARD)]
INTERRUPTED = [("plain", phase) for phase in PHASES if phase != UNHEARD]
ALL = [*CONTINUED, *ASKED_AGAIN, *INTERRUPTED]


@pytest.fixture(scope="module")
def killed(installation: Installation, sessions: list[str]) -> dict[tuple[str, str], Killed]:
    """By kind and phase: they all ran on the one process that was killed."""
    return asyncio.run(_kill(installation, sessions.pop()))


async def _kill(installation: Installation, session: str) -> dict[tuple[str, str], Killed]:
    first, second = installation.workers
    installation.start()
    async with (
        page_on(installation, first, session) as asking,
        page_on(installation, second, session) as watching,
    ):
        answers = {
            (kind, phase): await asking.ask(
                question([f"kill-{kind}"], **controls),
                model=installation.models[kind],
            )
            for kind in KINDS
            for phase, controls in PHASES.items()
        }
        for response_id in answers.values():
            watching.follow(response_id)
        await _until_all_are_in_their_phase(asking, answers)
        seen = {id_: asking.answers[id_].text for id_ in answers.values()}
        leases = {id_: installation.row(id_)["lease"] for id_ in answers.values()}
        assert {installation.owner(id_) for id_ in answers.values()} == {first}
        await asyncio.sleep(1.5)  # what is kept is at most a second old, and it takes a moment
        first.kill()
        for response_id in answers.values():
            await asking.end_of(response_id)
            await watching.end_of(response_id)
        assert watching.closes == []
    return {
        name: _found(installation, id_, leases[id_], seen[id_], (asking, watching))
        for name, id_ in answers.items()
    }


async def _until_all_are_in_their_phase(page: Page, answers: dict[tuple[str, str], str]) -> None:
    for kind in KINDS:
        await page.words_of(answers[kind, "amid deltas"], 50)
        await page.item_of(answers[kind, "amid a hosted tool's call"], "mcp_call")


def _found(
    installation: Installation, response_id: str, lease: int, seen: str, pages: tuple[Page, Page]
) -> Killed:
    row = installation.row(response_id)
    provider = installation.provider
    return Killed(
        row=row,
        lease_before=lease,
        asked=provider.answers_to(row["input"][0]["content"][0]["text"]),
        told=provider.told(row["upstream_id"]) if row["upstream_id"] else {},
        seen_a_second_before=seen,
        stayed=pages[0].answers[response_id],
        elsewhere=pages[1].answers[response_id],
    )


@pytest.mark.parametrize("name", CONTINUED)
def test_what_the_provider_keeps_goes_on_and_is_not_paid_twice(
    killed: dict[tuple[str, str], Killed], name: tuple[str, str]
) -> None:
    found = killed[name]
    assert found.row["status"] == "completed"
    assert found.told["status"] == "completed"
    assert text_of(found.row) == found.told["text"]
    assert len(found.asked) == 1


@pytest.mark.parametrize("name", ASKED_AGAIN)
def test_what_nobody_has_seen_anything_of_is_asked_again(
    killed: dict[tuple[str, str], Killed], name: tuple[str, str]
) -> None:
    found = killed[name]
    assert found.row["status"] == "completed"
    assert len(found.asked) == 2
    assert found.row["upstream_id"] == found.asked[1]
    assert text_of(found.row) == found.told["text"]


@pytest.mark.parametrize("name", INTERRUPTED)
def test_what_was_seen_and_cannot_go_on_is_kept_and_says_so(
    killed: dict[tuple[str, str], Killed], name: tuple[str, str]
) -> None:
    found = killed[name]
    assert found.row["status"] == "incomplete"
    assert found.row["incomplete_details"] == {"reason": "interrupted"}
    assert text_of(found.row).startswith(found.seen_a_second_before)
    assert found.told["text"].startswith(text_of(found.row))
    assert len(found.asked) == 1


@pytest.mark.parametrize("name", ALL)
def test_every_tab_ends_with_what_is_stored_and_saw_no_event_lost_or_doubled(
    killed: dict[tuple[str, str], Killed], name: tuple[str, str]
) -> None:
    found = killed[name]
    for answer in (found.stayed, found.elsewhere):
        assert answer.faults == []
        assert answer.status == found.row["status"]
        assert answer.text == text_of(found.row)


@pytest.mark.parametrize("name", ALL)
def test_another_process_took_it_over_once(
    killed: dict[tuple[str, str], Killed], name: tuple[str, str]
) -> None:
    assert killed[name].row["lease"] == killed[name].lease_before + 1
