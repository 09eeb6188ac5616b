"""What a client needs to know about one provider."""

from dataclasses import dataclass, field, replace
from importlib.util import find_spec

from conversations.protocol.proxies import password_of

MEBIBYTE = 1024 * 1024
# What is shorter stands in many texts by chance.
SHORTEST_SECRET = 6
# SOCKS needs a library that is not among those of the app.
PROXY_SCHEMES = ("http", "https", *(("socks5", "socks5h") if find_spec("socksio") else ()))


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

    @property
    def of_a_whole(self) -> "Deadlines":
        """Those of an answer that comes in one piece: its beginning is its end."""
        return replace(self, first_event=max(self.first_event, self.progress))


@dataclass(frozen=True)
class Limits:
    """How much of one answer is taken in before the client hangs up.

    A picture of 25 MB is an event of 34, and comes twice: when it is drawn, and with the end. That
    one event has all pictures of the answer, so that only `answer_bytes` bounds it. What is no
    answer, such as a list of models or a count, has `fact_bytes`.
    """

    event_bytes: int = 36 * MEBIBYTE
    answer_bytes: int = 128 * MEBIBYTE
    fact_bytes: int = 8 * MEBIBYTE
    skipped_events: int = 10


@dataclass(frozen=True)
class ProviderConfig:
    """One provider.

    `name` is what people read in error messages. `api_key` may be empty: local servers need none.
    `headers` are sent beside it; one that is called Authorization takes its place. `proxy` is that
    of the environment unless one is named.
    `embedded` sends every request to the guide in this process; `pace` is the guide's pause between
    two deltas, in seconds.
    """

    name: str
    base_url: str
    api_key: str = field(default="", repr=False)
    organization: str = ""
    project: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    proxy: str = field(default="", repr=False)
    dialect: str = "standard"
    embedded: bool = False
    deadlines: Deadlines = Deadlines()
    limits: Limits = Limits()
    pace: float = 0.016

    @property
    def secrets(self) -> list[str]:
        """What no log and no sentence may hold."""
        values = [word for _, value in self.headers for word in value.split()]
        said = [*values, password_of(self.proxy)]
        return [
            *filter(None, [self.api_key]),
            *(one for one in said if len(one) >= SHORTEST_SECRET),
        ]


GUIDE = ProviderConfig(name="The guide", base_url="http://guide.embedded/v1", embedded=True)
