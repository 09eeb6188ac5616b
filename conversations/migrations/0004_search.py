"""Search: on SQLite an FTS5 table that triggers keep, on PostgreSQL an index over a vector."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from conversations.models.words import indexed

BATCH = 500
COLUMNS = ("pk", "conversation__owner", "text")
SQLITE = (
    """CREATE VIRTUAL TABLE conversations_searchindex USING fts5(
        owner_id, words, content='conversations_searchentry', content_rowid='id',
        columnsize=0, prefix='1 2',
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
    )""",
    """CREATE TRIGGER conversations_searchentry_added AFTER INSERT ON conversations_searchentry
    BEGIN
        INSERT INTO conversations_searchindex (rowid, owner_id, words)
        VALUES (new.id, new.owner_id, new.words);
    END""",
    """CREATE TRIGGER conversations_searchentry_removed AFTER DELETE ON conversations_searchentry
    BEGIN
        INSERT INTO conversations_searchindex (conversations_searchindex, rowid, owner_id, words)
        VALUES ('delete', old.id, old.owner_id, old.words);
    END""",
    """CREATE TRIGGER conversations_searchentry_changed AFTER UPDATE ON conversations_searchentry
    BEGIN
        INSERT INTO conversations_searchindex (conversations_searchindex, rowid, owner_id, words)
        VALUES ('delete', old.id, old.owner_id, old.words);
        INSERT INTO conversations_searchindex (rowid, owner_id, words)
        VALUES (new.id, new.owner_id, new.words);
    END""",
)
SQLITE_BACK = tuple(
    f"DROP TRIGGER conversations_searchentry_{when}" for when in ("added", "removed", "changed")
) + ("DROP TABLE conversations_searchindex",)
POSTGRESQL = (
    # A slash begins no word: nobody's query can name an owner.
    "ALTER TABLE conversations_searchentry ADD COLUMN vector tsvector GENERATED ALWAYS AS"
    " (to_tsvector('simple', words) || array_to_tsvector(ARRAY['/' || owner_id::text])) STORED",
    # Without a list of what is to be added, which the planner shuns until the next vacuum.
    "CREATE INDEX search_words ON conversations_searchentry USING gin (vector)"
    " WITH (fastupdate = off)",
)
POSTGRESQL_BACK = ("ALTER TABLE conversations_searchentry DROP COLUMN vector",)


def make_index(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, SQLITE, POSTGRESQL)


def drop_index(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


def _execute(schema_editor: Any, sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in sqlite if is_sqlite else postgresql:
        schema_editor.execute(statement, params=None)


def index_what_is_there(apps: Any, schema_editor: Any) -> None:
    entries = apps.get_model("conversations", "SearchEntry").objects
    responses = apps.get_model("conversations", "Response").objects.order_by("pk")
    last = ""
    while True:
        rows = list(responses.filter(pk__gt=last).values_list(*COLUMNS)[:BATCH])
        if not rows:
            return
        entries.bulk_create(
            [
                entries.model(response_id=pk, owner_id=owner, words=indexed(text))
                for pk, owner, text in rows
            ]
        )
        last = rows[-1][0]


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0003_responses_by_progress"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "response",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entry",
                        to="conversations.response",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("words", models.TextField()),
            ],
        ),
        migrations.RunPython(make_index, drop_index),
        migrations.RunPython(index_what_is_there, migrations.RunPython.noop),
    ]
