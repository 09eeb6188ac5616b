from django.urls import path

from conversations.views import api, branches, estimates, export, models, pages, providers

app_name = "conversations"

urlpatterns = [
    path("", pages.new, name="new"),
    path("c/<slug:conversation_id>", pages.conversation, name="conversation"),
    path("conversations/", api.conversations, name="list"),
    path("conversations/<slug:conversation_id>/", api.conversation, name="state"),
    path("conversations/<slug:conversation_id>/turns/", api.turns_of, name="turns"),
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
    path("conversations/<slug:conversation_id>/tree/", branches.tree, name="tree"),
    path("conversations/<slug:conversation_id>/fork/", branches.fork_from, name="fork"),
    path("conversations/<slug:conversation_id>/compare/", branches.compare, name="compare"),
    path(
        "conversations/<slug:conversation_id>/branches/<slug:response_id>/",
        branches.branch,
        name="branch",
    ),
    path("estimate/", estimates.next_message, name="estimate"),
    path("search/", api.search, name="search"),
    path("providers/", providers.providers, name="providers"),
    path("providers/<int:provider_id>/", providers.provider, name="provider"),
    path(
        "providers/<int:provider_id>/models/<slug:model_id>/",
        models.model,
        name="model",
    ),
]
