"""What the description says, for a page: `names` as code, and [Parts] as links to them."""

import re

from django.template import Library
from django.utils.html import escape
from django.utils.safestring import SafeString

register = Library()

ELSEWHERE = re.compile(r"\[([^\]]+)\]\([^)]*\)")  # links of the SDK's to its maker's pages
CODE = re.compile(r"`([^`]+)`")
PART = re.compile(r"\[(\w+)\]")


@register.filter
def coded(text: str) -> SafeString:
    """The first paragraph."""
    said = escape(ELSEWHERE.sub(r"\1", text.partition("\n\n")[0]))
    linked = PART.sub(r'<a href="#part-\1">\1</a>', said)
    return SafeString(CODE.sub(r"<code>\1</code>", linked))


@register.filter
def breakable(path: str) -> SafeString:
    """A path, which may be broken before a slash alone as far as that goes."""
    return SafeString(escape(path).replace("/", "<wbr>/"))
