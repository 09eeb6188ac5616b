"""What filters ask of messages: of those that there are, and deleted with what is found of them."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FILL = """
    INSERT INTO conversations_searchfacet
        (id, owner_id, conversation_id, model_id, created_at, files)
    SELECT entry.id, entry.owner_id, response.conversation_id, response.model_id,
        response.created_at, EXISTS (
            SELECT 1 FROM conversations_response_attachments file
            WHERE file.response_id = response.id
        )
    FROM conversations_searchentry entry
    JOIN conversations_response response ON response.id = entry.response_id
    ORDER BY entry.id
"""
# They name no other table of Django's: SQLite could not alter one that a trigger names.
SQLITE = (
    """CREATE TRIGGER conversations_searchfacet_removed AFTER DELETE ON conversations_searchentry
    BEGIN
        DELETE FROM conversations_searchfacet WHERE id = old.id;
    END""",
)
SQLITE_BACK = ("DROP TRIGGER conversations_searchfacet_removed",)
POSTGRESQL = (
    """CREATE FUNCTION conversations_searchfacet_remove() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM conversations_searchfacet WHERE id = OLD.id;
        RETURN NULL;
    END $$""",
    "CREATE TRIGGER conversations_searchfacet_removed AFTER DELETE ON conversations_searchentry"
    " FOR EACH ROW EXECUTE FUNCTION conversations_searchfacet_remove()",
)
POSTGRESQL_BACK = (
    "DROP TRIGGER conversations_searchfacet_removed ON conversations_searchentry",
    "DROP FUNCTION conversations_searchfacet_remove",
)


def fill(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(FILL, params=None)
    # PostgreSQL plans by what it knows of a table, and its own servant comes later.
    _execute(schema_editor, (), ("ANALYZE conversations_searchfacet",))


def make_trigger(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, SQLITE, POSTGRESQL)


def drop_trigger(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


def _execute(schema_editor: Any, sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in sqlite if is_sqlite else postgresql:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0030_mcp_servers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchFacet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("files", models.BooleanField()),
                (
                    "conversation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="conversations.conversation",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="conversations.model",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["owner", "id", "created_at", "model", "files", "conversation"],
                        name="search_facets",
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        # Last: whoever sends meanwhile waits for this, and for nothing before it.
        migrations.RunPython(make_trigger, drop_trigger),
    ]
