"""What a client needs to know about one provider."""

from dataclasses import dataclass, field

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Deadlines:
    """Seconds until the client gives up waiting.

    The client keeps its own clocks because a read timeout starts anew with every byte: a comment
    every second would hold a connection open for ever. Between two events a provider may think for
    `progress` seconds, if it shows by any byte in `liveness` seconds that it is there. Its
    keep-alives stop no other of these clocks, least of all that of the first event.
    """

    connect: float = 10
    first_event: float = 120
    liveness: float = 120
    progress: float = 600
    total: float = 1800


@dataclass(frozen=True)
class Limits:
    """How much of one answer is taken in before the client hangs up."""

    event_bytes: int = 8 * MEBIBYTE
    answer_bytes: int = 32 * MEBIBYTE
    skipped_events: int = 10


@dataclass(frozen=True)
class ProviderConfig:
    """One provider.

    `name` is what people read in error messages. `api_key` may be empty: local servers need none.
    `embedded` sends every request to the guide in this process; `pace` is the guide's pause between
    two deltas, in seconds.
    """

    name: str
    base_url: str
    api_key: str = field(default="", repr=False)
    dialect: str = "standard"
    embedded: bool = False
    deadlines: Deadlines = Deadlines()
    limits: Limits = Limits()
    pace: float = 0.016


GUIDE = ProviderConfig(name="The guide", base_url="http://guide.embedded/v1", embedded=True)
