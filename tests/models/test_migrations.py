"""What the migrated database is for the version before."""

import pytest
from django.db import connection
from django.db.models import Field, Model

from chatapp.accounts.models import User
from conversations.models import Conversation, Import, Response, ToolCall
from tests.support.models import make_conversation


@pytest.mark.django_db
def test_a_version_that_does_not_know_a_column_yet_still_writes_its_rows() -> None:
    """During a rolling update the old one works on the migrated database (docs/running.md)."""
    owner = User.objects.create_user("ada")
    conversation = make_conversation(owner)
    given = {"id", "title", "owner_id", "approvals"}
    columns = {str(field.column) for field in Conversation._meta.concrete_fields} - given
    copied = ", ".join(sorted(columns))
    table = "conversations_conversation"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (id, title, owner_id, {copied})"
            f" SELECT 'conv_old', 'Old', owner_id, {copied} FROM {table} WHERE id = %s",
            [conversation.pk],
        )
    assert Conversation.objects.get(pk="conv_old").approvals == []


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (Response, "folder_files"),
        (Response, "folder_files_before"),
        (Import, "brought"),
        (ToolCall, "pictures"),
        (Conversation, "key_name"),
        (Response, "disowned"),
        (User, "hides_scripts"),
        (Response, "removed"),
        (Response, "unchained"),
        (Conversation, "metadata"),
    ],
)
def test_nor_does_it_know_of_these(model: type[Model], column: str) -> None:
    field = model._meta.get_field(column)
    assert isinstance(field, Field)
    assert field.has_db_default()
