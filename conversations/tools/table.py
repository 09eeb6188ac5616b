"""Every tool of this server: a line each, in the order in which people and models are told."""

from conversations.protocol.marking import gettext_noop as _
from conversations.tools.calculate import calculate
from conversations.tools.current_time import current_time
from conversations.tools.read_web_page import is_unsaid, read_web_page
from conversations.tools.search_conversations import search_conversations
from conversations.tools.search_files import search_files
from conversations.tools.tool import Tool

TOOLS = (
    Tool(calculate, _("Calculator"), _("Works out sums exactly."), seconds=5),
    Tool(current_time, _("Clock"), _("Tells the date and the time, here or elsewhere."), seconds=5),
    Tool(
        read_web_page,
        _("Read web pages"),
        _("Reads the page at an address. One that you did not write yourself asks you first."),
        asks=is_unsaid,
        needs="read_page",
        seconds=45,
    ),
    Tool(
        search_files,
        _("Search files"),
        _("Finds passages in the files of this chat and of its folder, where there are any."),
        needs="search_files",
    ),
    Tool(
        search_conversations,
        _("Search my chats"),
        _(
            "Searches your other chats; what it finds is sent to the provider. Not in a temporary"
            " chat, and only while memory is on."
        ),
        needs="search_conversations",
    ),
)
BY_NAME = {tool.name: tool for tool in TOOLS}
