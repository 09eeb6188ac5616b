"""What a tool may know beyond its arguments."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Context:
    """Who asks, and where. A tool that wants it names one parameter of this type, which is in no
    schema. Whatever else a tool needs (to search, to fetch) is a field more, with a `Protocol` for
    its type, which `turns` fills.
    """

    person_id: int
    conversation_id: str
    response_id: str
    time_zone: str = "UTC"
