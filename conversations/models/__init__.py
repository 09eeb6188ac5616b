"""What is stored: a file a noun."""

from conversations.models.api_key import ApiKey
from conversations.models.assistant import Assistant
from conversations.models.attachment import Attachment
from conversations.models.beside import Beside
from conversations.models.branch import Branch
from conversations.models.conversation import Conversation
from conversations.models.finding import Finding
from conversations.models.folder import Folder
from conversations.models.importing import Import, ImportedChat
from conversations.models.key_use import KeyUse
from conversations.models.limit import Limit
from conversations.models.mcp_server import McpServer
from conversations.models.memory import Memory
from conversations.models.prompt import Prompt
from conversations.models.provider import Model, Provider
from conversations.models.response import Response
from conversations.models.retention import Retention
from conversations.models.search_entry import SearchEntry
from conversations.models.search_facet import SearchFacet
from conversations.models.share import Share
from conversations.models.tag import Tag
from conversations.models.tool_call import ToolCall
from conversations.models.use import Use
from conversations.models.vector_store import StoredFile, VectorStore

__all__ = [
    "ApiKey",
    "Assistant",
    "Attachment",
    "Beside",
    "Branch",
    "Conversation",
    "Finding",
    "Folder",
    "Import",
    "ImportedChat",
    "KeyUse",
    "Limit",
    "McpServer",
    "Memory",
    "Model",
    "Prompt",
    "Provider",
    "Response",
    "Retention",
    "SearchEntry",
    "SearchFacet",
    "Share",
    "StoredFile",
    "Tag",
    "ToolCall",
    "Use",
    "VectorStore",
]
