"""Review: what staff may read of the conversations, and what administrators may configure.

Importing this package registers its pages with the site, which is how Django finds them.
"""

from conversations.admin import (
    api_key,
    conversation,
    key_use,
    library,
    limit,
    mcp_server,
    model,
    provider,
    response,
    tool_call,
    trail,
)

__all__ = [
    "api_key",
    "conversation",
    "key_use",
    "library",
    "limit",
    "mcp_server",
    "model",
    "provider",
    "response",
    "tool_call",
    "trail",
]
