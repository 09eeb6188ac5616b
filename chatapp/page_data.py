"""What a page tells its scripts, as JSON that takes no more room than it must."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template import Library
from django.utils.html import json_script
from django.utils.safestring import SafeString

register = Library()


class Compact(DjangoJSONEncoder):
    """Without spaces, and with letters of every script as they are."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"ensure_ascii": False, "separators": (",", ":")})


@register.filter
def page_data(value: Any, element_id: str) -> SafeString:
    """A `<script>` with this id that holds the value and runs nothing."""
    script = json_script(value, element_id, Compact)
    # Half a pair of UTF-16, which a provider may send, is none of UTF-8; JSON has a way to say it.
    return SafeString(script.encode(errors="backslashreplace").decode())
