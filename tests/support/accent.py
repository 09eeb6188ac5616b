"""In which ways a provider may speak a Responses API of its own: a value for each."""

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class Accent:
    """`chain`: what it does with a `previous_response_id`; "claimed" echoes it and knows nothing,
    "ignored" echoes that there was none.

    `forgets_after`: so many responses of one chain it remembers, and not more.
    `store`: what it echoes; None is nothing. `usage`: what it reports of it.
    `form`: of its requests and answers. `refuses`: parameters that it does not know.
    `streams`: what it does where it is asked for a stream; "whole" answers in one piece.
    `same_ids`: every response has the same id, and every item and call of one kind.
    `cancels`: what it says of one that is cancelled.
    """

    chain: Literal["kept", "ignored", "refused", "claimed"] = "kept"
    forgets_after: int | None = None
    store: bool | None = True
    usage: Literal["whole", "total", "none"] = "whole"
    form: Literal["standard", "modelverse", "ollama"] = "standard"
    refuses: frozenset[str] = frozenset()
    streams: Literal["yes", "whole", "refused"] = "yes"
    same_ids: bool = False
    background: bool = True
    cancels: str = "cancelled"
    counts: bool = True
    compacts: bool = True
    calls: bool = True
    calls_mcp: bool = True
    sees: bool = True
    reads: bool = True
    lists: bool = True
    keeps: bool = True


MODELVERSE = Accent(
    form="modelverse", usage="total", store=None, background=False, counts=False, compacts=False
)
ACCENTS = {
    "standard": Accent(),
    "forgetful": Accent(forgets_after=2),
    "ignoring": Accent(chain="ignored", store=None, background=False, counts=False, compacts=False),
    "claiming": Accent(chain="claimed"),
    "refusing": Accent(chain="refused", store=None, background=False, compacts=False, reads=False),
    "unreporting": Accent(usage="none"),
    "colliding": Accent(same_ids=True),
    "modelverse": MODELVERSE,
    # The same without a stream, and without a word of what came before.
    "modelverse-whole": replace(MODELVERSE, streams="whole", chain="ignored"),
    "ollama": Accent(
        form="ollama", chain="ignored", store=False, background=False, compacts=False, reads=False
    ),
    "unstreaming": Accent(streams="refused"),
}
