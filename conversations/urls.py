from django.urls import path

from conversations.views import api, pages, providers

app_name = "conversations"

urlpatterns = [
    path("", pages.new, name="new"),
    path("c/<slug:conversation_id>", pages.conversation, name="conversation"),
    path("conversations/", api.conversations, name="list"),
    path("conversations/<slug:conversation_id>/", api.conversation, name="state"),
    path("search/", api.search, name="search"),
    path("providers/", providers.providers, name="providers"),
    path("providers/<int:provider_id>/", providers.provider, name="provider"),
]
