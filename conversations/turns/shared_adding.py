"""Adds to the streams of any number of answers at once: one command, one answer.

A script, because a command and its answer for each stream would cost several times as much here.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from conversations.protocol.jsontext import dumps

if TYPE_CHECKING:
    from redis.asyncio import Redis

SCRIPT = """
local refused = {}
local additions = cjson.decode(ARGV[1])
for i, key in ipairs(KEYS) do
  local id, name, number, lines, seconds, oldest = unpack(additions[i])
  local added
  if lines == '' then
    added = redis.pcall('XADD', key, id, name, number)
  else
    added = redis.pcall('XADD', key, id, name, number, 'lines', lines)
  end
  if type(added) == 'table' and added.err then
    local top = redis.pcall('XREVRANGE', key, '+', '-', 'COUNT', 1)
    table.insert(refused, {i - 1, added.err, top[1] and top[1][1] or ''})
  else
    redis.call('EXPIRE', key, seconds)
    if oldest ~= '' then
      redis.call('XTRIM', key, 'MINID', '~', oldest)
    end
  end
end
return refused
"""


class Addition(NamedTuple):
    """An entry, how long its stream then lives (seconds), and the oldest id to keep, if not all.

    `name` and `number` are a field; `lines` is another one unless it is empty.
    """

    key: str
    id: str
    name: str
    number: int
    lines: str
    seconds: int
    oldest: str = ""


class Refusal(NamedTuple):
    """Which addition was refused, why, and the last id of its stream, "" for none."""

    of: int
    reason: str
    top: str

    @property
    def is_behind(self) -> bool:
        """Whether the stream holds the same id already, or a higher one."""
        return is_behind(self.reason)

    @property
    def is_for_one(self) -> bool:
        """Whether the fault is with this stream, and not with all of Redis."""
        return "WRONGTYPE" in self.reason or "NOPERM" in self.reason


async def add(redis: "Redis", additions: list[Addition]) -> list[Refusal]:
    """Make the additions, but for those that are given back; RedisError, OSError."""
    script = redis.register_script(SCRIPT)
    # As one argument, because each one costs more than to write it in JSON.
    text = dumps([addition[1:] for addition in additions])
    refused: Any = await script([addition.key for addition in additions], [text])
    return [Refusal(*refusal) for refusal in refused]


def is_behind(reason: object) -> bool:
    """Whether Redis refuses an entry because its stream holds the same id, or a higher one."""
    return "equal or smaller" in str(reason)
