"""What the fake provider was asked, and how often."""

from collections import Counter
from typing import Any

from tests.support.fake_answer import Answer
from tests.support.fake_http import Request


class Records:
    """Every request for a response, oldest first; see fake_provider for their shape."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self._created: dict[tuple[str, bool, int], list[str]] = {}
        self._tries: Counter[str] = Counter()

    def add(self, kind: str, request: Request, answer: Answer | None) -> dict[str, Any]:
        """A new record; the outcome is written into it later."""
        record = {
            "kind": kind,
            "path": request.path,
            "headers": request.headers,
            "body": answer.request if answer else {"input": ""},
            "response_id": None,
            "duplicate_of": None,
            "starting_after": None,
            "deltas": 0,
            "outcome": None,
        }
        self.requests.append(record)
        return record

    def accepted(self, answer: Answer, record: dict[str, Any]) -> None:
        """Note that the question has a response now, perhaps another one."""
        same = self.created(answer)
        record.update(response_id=answer.id, duplicate_of=same[0] if same else None)
        same.append(answer.id)

    def created(self, answer: Answer) -> list[str]:
        """The responses that its question had. A title that is asked for is another, and so is
        what follows each result of a function.
        """
        key = answer.controls.question, answer.is_played, len(answer.results)
        return self._created.setdefault(key, [])

    def count_try(self, answer: Answer) -> int:
        """How many times its question was asked, this time included."""
        self._tries[answer.controls.question] += 1
        return self._tries[answer.controls.question]
