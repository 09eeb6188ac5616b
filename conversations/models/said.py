"""What a person has written themselves, on the way to an answer."""

from conversations.models.response import Response
from conversations.protocol.items import input_text

# Without the answers, which are much the larger part.
QUESTIONS = """
WITH RECURSIVE path (id, parent) AS (
    SELECT id, previous_response_id FROM conversations_response WHERE id = %s
    UNION ALL
    SELECT response.id, response.previous_response_id
    FROM conversations_response AS response JOIN path ON response.id = path.parent
)
SELECT response.id, response.input FROM path
JOIN conversations_response AS response ON response.id = path.id
"""


def said_until(response_id: str) -> str:
    """Their messages up to the one that this response answers, in no order."""
    rows = Response.objects.raw(QUESTIONS, [response_id])
    return "\n".join(input_text(row.input) for row in rows)
