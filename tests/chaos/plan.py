"""What is to be done, and what is found afterwards."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """So many rounds, in each of which something dies while so many answers are written.

    deltas, rate: of each answer, and how many of them a second. seed: of the moments chosen.
    """

    rounds: int
    mode: str
    provider: str
    tabs: int
    deltas: int
    rate: int
    seed: int

    @property
    def seconds(self) -> float:
        """How long an answer takes when nothing dies."""
        return self.deltas / self.rate


@dataclass(frozen=True)
class Strike:
    """Something died: when (Unix seconds), and which answers it ran."""

    at: float
    ids: frozenset[str]


@dataclass(frozen=True)
class Outcome:
    """An answer that has ended: as the provider sent it, as it is stored, and as its tab shows it.

    requests: how many answers the provider began to its question. strikes: how often its process
    died. waited: the longest time after that, in seconds, in which no words came into the tab.
    """

    id: str
    status: str
    reason: str
    sent: str
    stored: str
    shown: str
    requests: int
    strikes: int
    waited: float
