"""The addresses of the API, each with and without a slash at its end: clients follow no redirect
with a body.
"""

from django.urls import re_path

from conversations.gateway import (
    compacting,
    conversation_items,
    conversations,
    counting,
    files,
    models,
    responses,
    stored,
)
from conversations.gateway.entry import endpoint

FILE = r"files/(?P<file_id>[\w-]+)"
RESPONSE = r"responses/(?P<response_id>[\w-]+)"
CONVERSATION = r"conversations/(?P<conversation_id>[\w-]+)"
ITEM = rf"{CONVERSATION}/items/(?P<item_id>[\w-]+)"

urlpatterns = [
    re_path(r"^files/?$", endpoint(get=files.files, post=files.create)),
    re_path(rf"^{FILE}/?$", endpoint(get=files.file, delete=files.delete)),
    re_path(rf"^{FILE}/content/?$", endpoint(get=files.content)),
    re_path(r"^models/?$", endpoint(get=models.models)),
    re_path(r"^models/(?P<model_id>[^?]+?)/?$", endpoint(get=models.model)),
    re_path(r"^responses/?$", endpoint(post=responses.create)),
    re_path(r"^responses/compact/?$", endpoint(post=compacting.compact)),
    re_path(r"^responses/input_tokens/?$", endpoint(post=counting.count)),
    re_path(rf"^{RESPONSE}/?$", endpoint(get=stored.read, delete=stored.delete)),
    re_path(rf"^{RESPONSE}/cancel/?$", endpoint(post=stored.cancel)),
    re_path(rf"^{RESPONSE}/input_items/?$", endpoint(get=stored.input_items)),
    re_path(r"^conversations/?$", endpoint(post=conversations.create)),
    re_path(
        rf"^{CONVERSATION}/?$",
        endpoint(get=conversations.read, post=conversations.update, delete=conversations.delete),
    ),
    re_path(
        rf"^{CONVERSATION}/items/?$",
        endpoint(get=conversation_items.listed, post=conversation_items.create),
    ),
    re_path(
        rf"^{ITEM}/?$", endpoint(get=conversation_items.read, delete=conversation_items.delete)
    ),
    re_path(r"", endpoint()),
]
