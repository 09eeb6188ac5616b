"""The sentences of failures, for the pages that show answers."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import gettext

from conversations.protocol.failures import SENTENCES


def failure_sentences(
    request: HttpRequest,
) -> dict[str, Callable[[], list[tuple[str, str]]]]:
    """A context processor: each kind with its sentence, made only where a page asks for them."""
    return {"failure_sentences": _translated}


def _translated() -> list[tuple[str, str]]:
    return [(kind, gettext(sentence)) for kind, sentence in SENTENCES.items()]
