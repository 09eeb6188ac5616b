"""What dies in a round, and how it comes back."""

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

from tests.support.many import Installation, Worker
from tests.support.postgres_server import OwnPostgres, Postgres
from tests.support.redis_server import OwnRedis, Redis


class Fault(ABC):
    """One kind of it."""

    def __init__(self, app: Installation, postgres: Postgres, redis: Redis) -> None:
        self.app, self.postgres, self.redis = app, postgres, redis

    @abstractmethod
    def strike(self, owners: Mapping[str, Worker], chance: random.Random) -> frozenset[str]:
        """Let something die while these processes run these answers; which of them it met."""

    @abstractmethod
    def mend(self) -> None:
        """Have it back."""


class Kill(Fault):
    """The process of an answer dies by kill -9."""

    def strike(self, owners: Mapping[str, Worker], chance: random.Random) -> frozenset[str]:
        worker = chance.choice(list(owners.values()))
        self._end(worker)
        return frozenset(id_ for id_, owner in owners.items() if owner is worker)

    def mend(self) -> None:
        self.app.start()

    def _end(self, worker: Worker) -> None:
        worker.kill()


class Terminate(Kill):
    """The process of an answer is told to end, as at a deploy."""

    def _end(self, worker: Worker) -> None:
        code = worker.terminate()
        if code != 0:
            raise RuntimeError(f"It ended with {code}:\n{worker.log_text()[-4000:]}")


class RestartRedis(Fault):
    """Redis dies, and has forgotten everything when it is back."""

    def strike(self, owners: Mapping[str, Worker], chance: random.Random) -> frozenset[str]:
        if not isinstance(self.redis, OwnRedis):
            raise TypeError("The Redis that REDIS_URL names is not ours to restart.")
        self.redis.restart()
        return frozenset(owners)

    def mend(self) -> None:
        """It is back already."""


class RestartPostgres(Fault):
    """PostgreSQL dies, and recovers."""

    def strike(self, owners: Mapping[str, Worker], chance: random.Random) -> frozenset[str]:
        if not isinstance(self.postgres, OwnPostgres):
            raise TypeError("The PostgreSQL that DATABASE_URL names is not ours to restart.")
        self.postgres.restart("immediate")
        return frozenset(owners)

    def mend(self) -> None:
        """It is back already."""


FAULTS: Mapping[str, Callable[[Installation, Postgres, Redis], Fault]] = {
    "kill": Kill,
    "term": Terminate,
    "redis": RestartRedis,
    "postgres": RestartPostgres,
}
