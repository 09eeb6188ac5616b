"""What a compaction stands for, sealed and opened again, for its own person alone."""

from django.core.exceptions import ImproperlyConfigured

from conversations.gateway.refusals import bad
from conversations.models import ApiKey
from conversations.models.encryption import SEALED, decrypt, encrypt
from conversations.protocol.compaction import told
from conversations.protocol.items import Item, assistant_message


def sealed(summary: str, key: ApiKey) -> str:
    """The `encrypted_content` of a compaction."""
    return encrypt(summary, _place(key))


def opened(items: list[Item], key: ApiKey) -> list[Item]:
    """The items with what their compactions stand for; Refusal for one that is not theirs."""
    return [each for item in items for each in _opened(item, key)]


def _opened(item: Item, key: ApiKey) -> list[Item]:
    if item.get("type") != "compaction":
        return [item]
    content = str(item.get("encrypted_content"))
    try:
        if not SEALED.fullmatch(content):
            raise ValueError
        summary = decrypt(content, _place(key))
    except (ValueError, ImproperlyConfigured) as error:
        raise bad("input", "This compaction can't be read here.") from error
    return told([assistant_message(summary)])


def _place(key: ApiKey) -> bytes:
    return f"compaction of {key.owner_id}".encode()
