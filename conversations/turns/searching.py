"""What a person has here, searched for a model: their other conversations, and files.

The one is there where memory is, for it tells the provider what was said elsewhere; the other
where there is something to read.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.urls import reverse

from conversations.models import Conversation, Response
from conversations.models.database import in_database
from conversations.models.file_texts import has_texts, texts_of
from conversations.models.memory import is_remembering
from conversations.models.passages import Passage, Text, best, passages_of
from conversations.models.search_filters import Filters
from conversations.models.search_others import found_elsewhere
from conversations.protocol.settings import without
from conversations.tools.context import Context, FoundMessage, FoundPassage
from conversations.tools.errors import ToolError

if TYPE_CHECKING:
    from chatapp.accounts.models import User

MOST_PASSAGES = 8
MOST_NAMES = 50
AT_ONCE = asyncio.Semaphore(2)  # each may use a processor, and some hundred megabytes
OFF = "Other conversations are not searched: the person has memory off, or this chat is temporary."
FUNCTIONS = "functions"


async def search_conversations(
    context: Context, query: str, since: datetime | None, until: datetime | None
) -> Sequence[FoundMessage]:
    """What of the person's other conversations has all of the words; ToolError where memory is off,
    also since the model was told of this.
    """
    return await in_database(_found_messages, context, query, Filters(since=since, until=until))


async def search_files(
    context: Context, query: str, file: str | None, start: int | None
) -> tuple[Sequence[FoundPassage], Sequence[str]]:
    """The passages of the conversation's files that tell most of a query, or those of one file from
    a place on, and the names of the files.
    """
    async with AT_ONCE:
        texts, left_out = await in_database(texts_of, context.response_id, context.person_id)
        found = await asyncio.to_thread(_passages, texts, query, file, start)
    names = [text.name for text in texts][:MOST_NAMES]
    if left_out:
        names.append(f"(and {left_out} uploaded before these, which are too much to be searched)")
    return [
        FoundPassage(each.file, each.page, each.number, each.of, each.text) for each in found
    ], names


def withheld_from(user: "User") -> list[str]:
    """The tools that this person is not offered, though the server has them."""
    return [] if user.memory_on else ["search_conversations"]


def leave_out_impossible(response: Response) -> None:
    """Have a new answer's model not be told of searches for which there is nothing here.

    What its person chose stays so, for the next answer.
    """
    wanted = response.settings.get(FUNCTIONS) or ()
    left = [name for name in wanted if name not in IS_POSSIBLE or IS_POSSIBLE[name](response)]
    if len(left) < len(wanted):
        response.settings = _with_functions(response.settings, left)
        response.save(update_fields=["settings"])


def _with_functions(settings: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {**settings, FUNCTIONS: names} if names else without(settings, [FUNCTIONS])


def _may_look_elsewhere(response: Response) -> bool:
    is_temporary = response.conversation.is_temporary
    return not is_temporary and is_remembering(response.owner_id, unasked=False)


def _has_texts(response: Response) -> bool:
    return has_texts(response)


IS_POSSIBLE = {"search_conversations": _may_look_elsewhere, "search_files": _has_texts}


def _found_messages(context: Context, query: str, filters: Filters) -> list[FoundMessage]:
    conversations = Conversation.objects.filter(pk=context.conversation_id)
    here = conversations.listed().exists()
    if not here or not is_remembering(context.person_id, unasked=False):
        raise ToolError(OFF)
    user = get_user_model()._default_manager.get(pk=context.person_id)
    return [
        FoundMessage(
            title=each["title"],
            at=datetime.fromisoformat(each["created_at"]),
            excerpt=each["excerpt"],
            link=_link(each["conversation_id"], each["response_id"]),
        )
        for each in found_elsewhere(user, query, context.conversation_id, filters)
    ]


def _link(conversation_id: str, response_id: str) -> str:
    page = reverse("conversations:conversation", args=[conversation_id])
    return f"{page}?{urlencode({'response': response_id})}"


def _passages(
    texts: Sequence[Text], query: str, file: str | None, start: int | None
) -> Sequence[Passage]:
    if file is not None:
        texts = [_named(texts, file)]
    passages = [passage for text in texts for passage in passages_of(text)]
    if start is None:
        return best(passages, query, MOST_PASSAGES)
    if start > len(passages):
        raise ToolError(f"{file} has {len(passages)} passages.")
    return passages[start - 1 : start - 1 + MOST_PASSAGES]


def _named(texts: Sequence[Text], name: str) -> Text:
    """The one of that name; ToolError names those that there are."""
    found = [text for text in texts if text.name.casefold() == name.strip().casefold()]
    exact = [text for text in found if text.name == name]
    if not found:
        names = ", ".join(text.name for text in texts[:MOST_NAMES]) or "none"
        raise ToolError(f"No file here has text and is called so. There are: {names}.")
    return (exact or found)[0]
