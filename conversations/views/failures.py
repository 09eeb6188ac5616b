"""The sentences of failures, for the pages that show answers."""

from django.template import Library
from django.utils.translation import gettext

from conversations.protocol.failures import SENTENCES

register = Library()


@register.simple_tag
def failure_sentences() -> list[tuple[str, str]]:
    """`{% failure_sentences as sentences %}`: each kind of failure with its sentence."""
    return [(kind, gettext(sentence)) for kind, sentence in SENTENCES.items()]
