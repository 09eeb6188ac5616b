"""The rounds: answers are kept being written while something dies again and again."""

import random
import time
import uuid
from collections.abc import Callable
from itertools import pairwise

from psycopg.rows import DictRow

from tests.chaos.faults import Fault
from tests.chaos.plan import Outcome, Plan, Strike
from tests.chaos.report import wrong
from tests.chaos.tabs import Browser, Tab
from tests.support.many import Installation, Worker, is_running, question, text_of

LOOK_AGAIN = 0.2
ENDS_WITHIN = 90.0  # seconds that an answer may take beyond what it takes when nothing dies
PAUSE = 8.0  # seconds of which a random part passes between two rounds


class Run:
    """`run` does all of it, and gives back what became of each answer."""

    def __init__(
        self,
        plan: Plan,
        app: Installation,
        browser: Browser,
        fault: Fault,
        chance: random.Random,
        say: Callable[[str], None],
    ) -> None:
        self._plan, self._app, self._browser = plan, app, browser
        self._fault, self._chance, self._say = fault, chance, say
        self._tabs: dict[str, Tab] = {}  # by the id of the answer that is written there
        self._give_up_at: dict[str, float] = {}
        self.strikes: list[Strike] = []
        self._outcomes: list[Outcome] = []

    def run(self) -> list[Outcome]:
        for number in range(1, self._plan.rounds + 1):
            self._keep_busy()
            self._round()
            self._say(f"round {number}: met {len(self.strikes[-1].ids)} answers")
        while self._tabs:
            self._collect()
            time.sleep(LOOK_AGAIN)
        return self._outcomes

    def _keep_busy(self) -> None:
        """Ask anew in place of what has ended, until something that can be met is written."""
        self._collect()
        while len(self._tabs) < self._plan.tabs:
            self._ask()
        time.sleep(self._chance.uniform(0, PAUSE))

    def _round(self) -> None:
        while not (owners := self._owners()):
            self._keep_busy()
        at = time.time()
        self.strikes.append(Strike(at, self._fault.strike(owners, self._chance)))
        self._fault.mend()

    def _ask(self) -> None:
        word = uuid.uuid4().hex
        tab = self._browser.ask(question([word], deltas=self._plan.deltas, rate=self._plan.rate))
        deadline = time.monotonic() + ENDS_WITHIN
        while not (rows := self._app.rows("input::text LIKE %s", f"%{word}%")):
            if time.monotonic() > deadline:
                raise RuntimeError("A question was not stored.")
            time.sleep(LOOK_AGAIN)
        response_id = rows[0]["id"]
        self._tabs[response_id] = tab
        self._give_up_at[response_id] = time.monotonic() + 2 * self._plan.seconds + ENDS_WITHIN

    def _collect(self) -> None:
        """Look at the answers that have ended, or were given up, and close their tabs."""
        for row in self._app.rows("id = ANY(%s)", list(self._tabs)):
            tab = self._tabs[row["id"]]
            given_up = time.monotonic() > self._give_up_at[row["id"]]
            if given_up or (not is_running(row) and tab.shows_an_end):
                del self._tabs[row["id"]]
                outcome = self._outcome(row, tab)
                self._outcomes.append(outcome)
                if fault := wrong(self._plan, outcome):
                    self._say(f"{outcome.id}: {fault}. Its page says:\n{tab.says()[-1000:]}")
                tab.close()

    def _outcome(self, row: DictRow, tab: Tab) -> Outcome:
        told = self._app.provider.told(row["upstream_id"]) if row["upstream_id"] else None
        mine = [strike.at for strike in self.strikes if row["id"] in strike.ids]
        pauses = [later - at for at, later in pairwise(tab.grown_at()) if mine and later > mine[0]]
        return Outcome(
            id=row["id"],
            status=row["status"],
            reason=(row["incomplete_details"] or row["error"] or {}).get("reason", ""),
            sent=told["text"] if told else "",
            stored=text_of(row),
            shown=tab.shown(),
            requests=told["created"] if told else 0,
            strikes=len(mine),
            waited=max(pauses, default=0.0),
        )

    def _owners(self) -> dict[str, Worker]:
        """Who runs the answers now; those that nobody runs are left out."""
        rows = self._app.rows("id = ANY(%s)", list(self._tabs))
        named = {
            row["id"]: self._app.worker_called(row["worker"]) for row in rows if is_running(row)
        }
        return {id_: owner for id_, owner in named.items() if owner is not None}
