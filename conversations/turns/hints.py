"""Hints between the processes: an answer was stopped, or is offered to whoever comes first.

They travel through the channel layer, which may lose them; what they say is in the database,
where each process looks once a second or two.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from channels.layers import get_channel_layer

from conversations.turns import groups

logger = logging.getLogger(__name__)

GROUP = "turns"


async def send(message: Mapping[str, Any]) -> None:
    """Tell every process, this one included; a layer that fails costs only the hint."""
    await groups.send(GROUP, message)


async def listen(heard: Callable[[Mapping[str, Any]], None]) -> None:
    """Call `heard` with each hint, until cancelled."""
    layer = get_channel_layer()
    assert layer is not None, "the settings name one"
    channel = await layer.new_channel()
    await groups.join(GROUP, channel)
    while True:
        hint = await layer.receive(channel)
        try:
            heard(hint)
        except Exception:  # such as what a process of another version says
            logger.exception("A hint could not be followed: %s", hint.get("type"))
