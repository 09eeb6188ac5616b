"""The channel layer of an installation with a Redis: its groups, and nothing that a socket needs.

A channel of its own would be subscribed to in Redis before a socket is accepted, so that none
could be opened while Redis is away. Nothing is sent to single channels here: what is sent to a
group is handed to its channels within the process.
"""

import asyncio
import uuid
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

CAPACITY = 2000


class Mailbox(asyncio.Queue[Any]):
    """What waits for one channel; when it is full, what comes is dropped: it is a hint."""

    def put_nowait(self, item: Any) -> None:
        if not self.full():
            super().put_nowait(item)


class GroupsLayer(RedisPubSubChannelLayer):
    """Groups through Redis, channels in this process alone."""

    async def new_channel(self, prefix: str = "specific.") -> str:
        """A channel that may join groups, without a word to Redis."""
        layer = self._get_layer()
        channel = f"{layer.prefix}{prefix}{uuid.uuid4().hex}"
        layer.channels[channel] = Mailbox(CAPACITY)
        return channel
