"""The server's own tools: when the guide calls one, with what, and how it tells the result.

It knows them by name: their descriptions share words with too much that people ask of it.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from conversations.providers.guide.memory import quoted
from conversations.providers.guide.signs import COMMAS, FULL_STOPS, QUOTES

MOST_READ = 600  # characters of a page
MOST_FOUND = 3
SUM = re.compile(r"[\d.()+\-*/^%×÷\s]{3,}")  # noqa: RUF001 (as people write it)
OPERATION = re.compile(r"\d\s*\)?\s*(?:[-+*/^%×÷]|\*\*)\s*\(?\s*\d")  # noqa: RUF001
DATE = re.compile(r"\d{4}-\d\d-\d\d")
CLOCK = re.compile(
    r"\bwhat(?:'s| is)?\b.*\b(?:time|date|day)\b|\bwhich day\b|几点|什么时间|今天.*(?:几号|星期)",
    re.I,
)
ADDRESS = re.compile(r"https?://[^\s<>\"'”]*[^\s<>\"'”.,;:!?)\]]")
FILES = r"(?:(?:the|my|this|these|all) )*(?:attached )?(?:files?|documents?|pdfs?)"
IN_FILES = re.compile(
    rf"\bsearch {FILES} for (.+)|\b(?:find|look for|search for) (.+?) in {FILES}\b"
    rf"|\bwhat do(?:es)? {FILES} say (?:about|on) (.+)"
    rf"|文件[里中]?(?:查找|搜索|找)(.+)|(?:查找|搜索|找)文件[里中]?的?(.+)",
    re.I,
)
CHATS = r"(?:(?:the|my|all|other|old|past|earlier) )+(?:chats?|conversations?)"
IN_CHATS = re.compile(
    rf"\bsearch {CHATS} for (.+)|\b(?:find|look for|search for) (.+?) in {CHATS}\b"
    rf"|\bwhat did (?:I|we|you) say (?:about|on) (.+?)(?: (?:before|elsewhere|in {CHATS}))?\W*$"
    rf"|对话[里中]?(?:查找|搜索|找)(.+)|(?:查找|搜索|找)我?的?(?:其他)?对话[里中]?的?(.+)",
    re.I,
)
AROUND = f" .,:;!?{COMMAS}{FULL_STOPS}{QUOTES}"
ARTICLE = re.compile(r"^(?:the|an?) ", re.I)
PLACE = re.compile(r"\bin ([A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)*)")


def arguments_for(name: str, question: str) -> dict[str, Any] | None:
    """What the question has a tool of that name do; None where it asks for something else."""
    return ASKED[name](question)


def told(name: str, value: Any) -> str | None:
    """What came of it, for a person; None where nothing is known of how to say it."""
    try:
        return TOLD[name](value)
    except (KeyError, TypeError):
        return None


def _sum_in(question: str) -> dict[str, Any] | None:
    undated = DATE.sub("", question)
    found = [part.strip() for part in SUM.findall(undated) if OPERATION.search(part)]
    return {"expression": max(found, key=len).rstrip(".")} if found else None


def _clock_in(question: str) -> dict[str, Any] | None:
    if not CLOCK.search(question):
        return None
    place = PLACE.search(question)
    return {"time_zone": _zones().get(place[1].replace(" ", "_")) if place else None}


def _address_in(question: str) -> dict[str, Any] | None:
    found = ADDRESS.search(question)
    return {"url": found[0], "start": None, "links": None} if found else None


def _wanted_in(pattern: re.Pattern[str], question: str) -> str | None:
    """What is to be looked for."""
    found = pattern.search(question)
    named = next(filter(None, found.groups()), "") if found else ""
    return ARTICLE.sub("", named.strip(AROUND)) or None


def _search_of_files(question: str) -> dict[str, Any] | None:
    wanted = _wanted_in(IN_FILES, question)
    return {"query": wanted, "file": None, "start": None} if wanted else None


def _search_of_chats(question: str) -> dict[str, Any] | None:
    wanted = _wanted_in(IN_CHATS, question)
    return {"query": wanted, "since": None, "until": None} if wanted else None


@lru_cache(1)
def _zones() -> dict[str, str]:
    """The zones by the towns that they are named for."""
    return {name.rpartition("/")[2]: name for name in sorted(available_timezones())}


def _told_sum(value: dict[str, Any]) -> str:
    about = "" if value["exact"] else " (rounded)"
    return f"**{value['result']}**{about}"


def _told_page(value: dict[str, Any]) -> str:
    beginning = value["text"][:MOST_READ]
    more = "…" if len(beginning) < value["characters"] else ""
    return f"**{value['title'] or value['url']}**\n\n{beginning}{more}\n\n{value['url']}"


def _told_passages(value: dict[str, Any]) -> str:
    if not value["passages"]:
        return f"Nothing of that stands in {', '.join(value['files'])}."
    return "\n\n".join(map(_told_passage, value["passages"][:MOST_FOUND]))


def _told_passage(passage: dict[str, Any]) -> str:
    page = f", page {passage['page']}" if "page" in passage else ""
    return f"**{passage['file']}**{page}\n\n{quoted(passage['text'])}"


def _told_chats(value: dict[str, Any]) -> str:
    found = value["conversations"][:MOST_FOUND]
    told = (
        f"[{each['title']}]({each['link']}), {each['date']}\n\n{quoted(each['excerpt'])}"
        for each in found
    )
    return "\n\n".join(told) or "Nothing of that was said in your other chats."


def _told_time(value: dict[str, Any]) -> str:
    day, _, time = value["time"].partition("T")
    return f"**{value['weekday']}, {day}, {time[:5]}** ({value['time_zone']})"


ASKED: dict[str, Callable[[str], dict[str, Any] | None]] = {
    "calculate": _sum_in,
    "current_time": _clock_in,
    "read_web_page": _address_in,
    "search_conversations": _search_of_chats,
    "search_files": _search_of_files,
}
TOLD: dict[str, Callable[[dict[str, Any]], str]] = {
    "calculate": _told_sum,
    "current_time": _told_time,
    "read_web_page": _told_page,
    "search_conversations": _told_chats,
    "search_files": _told_passages,
}
