"""The responses that are kept, of the key's person: read, followed, cancelled, deleted.

Somebody else's is as missing as one that never was, and so is one that was asked with
`"store": false`.
"""

from conversations.models import ApiKey, Conversation, Response
from conversations.models.response import ResponseQuerySet


def kept(key: ApiKey) -> ResponseQuerySet:
    """Those that the key may name."""
    own = Conversation.objects.visible_to(key.owner).listed()
    return Response.objects.filter(conversation__in=own)
