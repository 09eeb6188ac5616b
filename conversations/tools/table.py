"""Every tool of this server: a line each, in the order in which people and models are told."""

from conversations.tools.calculate import calculate
from conversations.tools.current_time import current_time
from conversations.tools.tool import Tool


def gettext_noop(text: str) -> str:
    """Marks a sentence for translation, which happens where it is shown."""
    return text


_ = gettext_noop

TOOLS = (
    Tool(calculate, _("Calculator"), _("Works out sums exactly."), seconds=5),
    Tool(current_time, _("Clock"), _("Tells the date and the time, here or elsewhere."), seconds=5),
)
BY_NAME = {tool.name: tool for tool in TOOLS}
