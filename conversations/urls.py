from django.urls import path

from conversations.views import api, export, pages, providers

app_name = "conversations"

urlpatterns = [
    path("", pages.new, name="new"),
    path("c/<slug:conversation_id>", pages.conversation, name="conversation"),
    path("conversations/", api.conversations, name="list"),
    path("conversations/<slug:conversation_id>/", api.conversation, name="state"),
    path(
        "conversations/<slug:conversation_id>/export.md",
        export.export,
        {"form": "markdown"},
        name="export-markdown",
    ),
    path(
        "conversations/<slug:conversation_id>/export.json",
        export.export,
        {"form": "json"},
        name="export-json",
    ),
    path("search/", api.search, name="search"),
    path("providers/", providers.providers, name="providers"),
    path("providers/<int:provider_id>/", providers.provider, name="provider"),
]
