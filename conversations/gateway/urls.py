"""The addresses of the API: what is not in this table is not there, and what is, is described."""

from django.urls import re_path

from conversations.gateway import (
    compacting,
    conversation_items,
    conversations,
    counting,
    files,
    models,
    own_tools,
    responses,
    stored,
)
from conversations.gateway.addresses import Address
from conversations.gateway.description import Description
from conversations.gateway.entry import endpoint

ADDRESSES = (
    Address("models", get=models.models),
    Address("models/{model_id}", get=models.model),
    Address("mcp_servers", get=own_tools.servers),
    Address("responses", post=responses.create),
    Address("responses/compact", post=compacting.compact),
    Address("responses/input_tokens", post=counting.count),
    Address("responses/{response_id}", get=stored.read, delete=stored.delete),
    Address("responses/{response_id}/cancel", post=stored.cancel),
    Address("responses/{response_id}/input_items", get=stored.input_items),
    Address("conversations", post=conversations.create),
    Address(
        "conversations/{conversation_id}",
        get=conversations.read,
        post=conversations.update,
        delete=conversations.delete,
    ),
    Address(
        "conversations/{conversation_id}/items",
        get=conversation_items.listed,
        post=conversation_items.create,
    ),
    Address(
        "conversations/{conversation_id}/items/{item_id}",
        get=conversation_items.read,
        delete=conversation_items.delete,
    ),
    Address("files", get=files.files, post=files.create),
    Address("files/{file_id}", get=files.file, delete=files.delete),
    Address("files/{file_id}/content", get=files.content),
)
description = Description(ADDRESSES)

urlpatterns = [*(address.pattern for address in description.addresses), re_path(r"", endpoint())]
