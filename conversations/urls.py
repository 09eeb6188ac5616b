from django.urls import include, path

from conversations.views import (
    api,
    assistants,
    branches,
    estimates,
    export,
    models,
    pages,
    prompts,
    providers,
    ratings,
)

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
    path("conversations/<slug:conversation_id>/keep/", branches.keep, name="keep"),
    path("conversations/<slug:conversation_id>/compare/", branches.compare, name="compare"),
    path(
        "conversations/<slug:conversation_id>/branches/<slug:response_id>/",
        branches.branch,
        name="branch",
    ),
    path("responses/<slug:response_id>/rating/", ratings.rating, name="rating"),
    path("assistants/", assistants.assistants, name="assistants"),
    path("assistants/new/", assistants.new, name="assistant-new"),
    path("assistants/<slug:assistant_id>/", assistants.assistant, name="assistant"),
    path("assistants/<slug:assistant_id>/copy/", assistants.copy, name="assistant-copy"),
    path("assistants/<slug:assistant_id>/delete/", assistants.delete, name="assistant-delete"),
    path("prompts/", prompts.prompts, name="prompts"),
    path("prompts/list/", prompts.offered, name="prompts-offered"),
    path("prompts/new/", prompts.new, name="prompt-new"),
    path("prompts/<slug:prompt_id>/", prompts.prompt, name="prompt"),
    path("prompts/<slug:prompt_id>/delete/", prompts.delete, name="prompt-delete"),
    path("estimate/", estimates.next_message, name="estimate"),
    path("", include("conversations.urls_moving")),
    path("search/", api.search, name="search"),
    path("providers/", providers.providers, name="providers"),
    path("providers/<int:provider_id>/", providers.provider, name="provider"),
    path(
        "providers/<int:provider_id>/models/<slug:model_id>/",
        models.model,
        name="model",
    ),
]
