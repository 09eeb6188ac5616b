"""Through which keys a person's conversations were begun: the names that these remember."""

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from chatapp.accounts.models import User

MOST = 100
# A step for each name, down an index: not one for each of the conversations, which may be many.
NAMES = """
WITH RECURSIVE names (name, number) AS (
    SELECT MIN(key_name), 1 FROM conversations_conversation
    WHERE owner_id = %(owner)s AND key_name > ''
    UNION ALL
    SELECT (
        SELECT MIN(key_name) FROM conversations_conversation
        WHERE owner_id = %(owner)s AND key_name > '' AND key_name > names.name
    ), names.number + 1
    FROM names WHERE names.name IS NOT NULL AND names.number < %(most)s
)
SELECT name FROM names WHERE name IS NOT NULL
"""


def key_names(user: "User") -> list[str]:
    """The first MOST of them, in the order of the database."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES, {"owner": user.pk, "most": MOST})
        return [name for (name,) in cursor.fetchall()]
