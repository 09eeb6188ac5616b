"""Conversations in whose title the words of a search stand."""

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection

from conversations.models.conversation import Conversation
from conversations.models.search_filters import Filters
from conversations.models.words import has_all, may_have, places, runs

if TYPE_CHECKING:
    from chatapp.accounts.models import User

PASSING = """
    SELECT DISTINCT facet.conversation_id FROM conversations_searchfacet facet
    WHERE facet.owner_id = %(owner)s AND {conditions}
"""


def titled(user: "User", query: str, filters: Filters, most: int) -> list[dict[str, Any]]:
    """The first of a person's, the last used first, in whose title all of the words stand.

    One message of each passes the filters.
    """

    @cache
    def passing() -> frozenset[str]:
        return _passing(user, filters)  # asked only where there is such a title at all

    own = Conversation.objects.visible_to(user).listed().order_by("-updated_at")
    wanted = list(runs(query))
    found = (
        {"id": id_, "title": title, "marks": list(places(title, query))}
        for id_, title in own.values_list("id", "title").iterator()
        if may_have(title, wanted)
        if not filters or id_ in passing()
        if has_all(title, wanted)
    )
    return list(islice(found, most))


def _passing(user: "User", filters: Filters) -> frozenset[str]:
    with connection.cursor() as cursor:
        parameters = filters.parameters() | {"owner": user.pk}
        cursor.execute(PASSING.format(conditions=filters.conditions()), parameters)
        return frozenset(id_ for (id_,) in cursor.fetchall())
