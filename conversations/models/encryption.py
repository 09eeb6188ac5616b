"""Secrets at rest: AES-256-GCM under a key that is kept outside the database and its backups.

Not derived from SECRET_KEY, whose rotation must not lose the providers' keys. ENCRYPTION_KEY may
name several keys, separated by commas: the first encrypts, all decrypt.
"""

import base64
import hashlib
import os
import re
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]  # generic for the type checker alone
else:
    _TextField = models.TextField

NONCE_BYTES = 12
SEALED = re.compile(r"aes256gcm:[0-9a-f]{8}:[A-Za-z0-9+/=]+")


class EncryptedTextField(_TextField):
    """Text stored as `aes256gcm:<key id>:<base64 of nonce and ciphertext>`; empty stays empty."""

    def get_prep_value(self, value: Any) -> str:
        text = super().get_prep_value(value)
        return encrypt(text, self._place()) if text else ""

    def from_db_value(self, value: str | None, *_: Any) -> str:
        return decrypt(value, self._place()) if value else ""

    def value_to_string(self, obj: models.Model) -> str:
        """For `dumpdata`: as it is stored, so that an export holds no secret in clear."""
        return self.get_prep_value(self.value_from_object(obj))

    def to_python(self, value: Any) -> Any:
        """For `loaddata`: what `value_to_string` wrote, decrypted."""
        text = super().to_python(value)
        return decrypt(text, self._place()) if text and SEALED.fullmatch(text) else text

    def _place(self) -> bytes:
        """Bound to its column, so that a ciphertext can't be moved to another one."""
        return f"{self.model._meta.db_table}.{self.column}".encode()


def encrypt(text: str, place: bytes) -> str:
    """Encrypt `text` for one column (`place`) under the first key."""
    key = _keys()[0]
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), place)
    return f"aes256gcm:{_key_id(key)}:{base64.b64encode(sealed).decode()}"


def decrypt(stored: str, place: bytes) -> str:
    """Give back what `encrypt` sealed; ImproperlyConfigured when its key is not here."""
    _, key_id, body = stored.split(":")
    sealed = base64.b64decode(body)
    for key in _keys():
        if _key_id(key) == key_id:
            try:
                opened = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
            except InvalidTag as error:
                raise ImproperlyConfigured("A stored secret was altered.") from error
            return opened.decode()
    raise ImproperlyConfigured("ENCRYPTION_KEY does not hold the key of a stored secret.")


def _keys() -> list[bytes]:
    ring = [key for key in settings.ENCRYPTION_KEY.split(",") if key]
    if not ring:
        raise ImproperlyConfigured("ENCRYPTION_KEY is not set.")
    return [hashlib.sha256(key.encode()).digest() for key in ring]


def _key_id(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:8]
