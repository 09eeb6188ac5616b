"""One stored answer with its input items: a node of the tree."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from django.conf import settings as django_settings
from django.db import connection, models
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.api_key import ApiKey
from conversations.models.assistant import Assistant
from conversations.models.conversation import Conversation
from conversations.models.provider import Model, Provider
from conversations.protocol.compaction import is_compaction
from conversations.protocol.files import file_names
from conversations.protocol.ids import new_id
from conversations.protocol.items import input_text, output_text
from conversations.protocol.made import made_names
from conversations.protocol.visibility import SEALED

PATH = """
WITH RECURSIVE path (id, parent, depth) AS (
    SELECT id, previous_response_id, 0 FROM conversations_response WHERE id = %s
    UNION ALL
    SELECT response.id, response.previous_response_id, path.depth + 1
    FROM conversations_response AS response JOIN path ON response.id = path.parent
)
SELECT response.* FROM path JOIN conversations_response AS response ON response.id = path.id
ORDER BY path.depth DESC
"""

# From an answer to the newest of those without an end that follow it, and on; retries do not.
LINE = """
WITH RECURSIVE line (id, depth) AS (
    SELECT CAST(%s AS varchar), 0
    UNION ALL
    SELECT (
        SELECT MAX(response.id) FROM conversations_response AS response
        WHERE response.previous_response_id = line.id AND response.retry_of_id IS NULL
        AND response.status IN ('queued', 'in_progress')
    ), line.depth + 1
    FROM line WHERE line.id IS NOT NULL
)
SELECT id FROM line WHERE id IS NOT NULL ORDER BY depth DESC LIMIT 1
"""


class Status(models.TextChoices):
    """The API's own words."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Rating(models.TextChoices):
    GOOD = "good", _("good")
    BAD = "bad", _("bad")


RUNNING = (Status.QUEUED, Status.IN_PROGRESS)


class ResponseQuerySet(models.QuerySet["Response"]):
    def running(self) -> "ResponseQuerySet":
        """Those without an end: being answered, or waiting for their turn."""
        return self.filter(status__in=RUNNING)

    def held_by(self, worker: str, lease: int) -> "ResponseQuerySet":
        """Those that a process still runs under this lease: nobody has taken them over."""
        return self.running().filter(worker=worker, lease=lease)

    def end_of_line(self, response_id: str) -> str:
        """The last of those that run or wait behind this one, in one query; itself if none does."""
        with connection.cursor() as cursor:
            cursor.execute(LINE, [response_id])
            (last,) = cursor.fetchone()
        return str(last)

    def that_name(self, request_id: str) -> "ResponseQuerySet":
        """Those in whose output this id of a request stands: in what asks, and what answers it."""
        said = Cast("output", models.TextField())
        return self.alias(said=said).filter(said__contains=f'"{request_id}"')

    def path_to(self, response_id: str) -> Sequence["Response"]:
        """The chain of `previous_response_id` from the root to this response, in one query."""
        return list(self.raw(PATH, [response_id]))


class Response(models.Model):
    """An answer as the API describes it; what it was asked is in `input`.

    A retry is a sibling that names the first answer to the same input in `retry_of`; an edit is
    a sibling with another input. `selected_child` is the branch that is shown below this one.
    One that goes on with a cut answer (`continues`) has a question of ours, which is not shown.
    A compaction begins a branch of its own, in the place of all up to the response it `compacts`.

    While it runs, `worker` names the process that runs it ("" when anybody may), which proves by
    its `heartbeat` that it lives; `lease` counts who ran it, so that a process that was thought
    dead and wakes up can't write over its successor. One that is `waiting` runs when the answer
    before it has ended.
    """

    class Sent(models.TextChoices):
        FIRST = "first"
        CHAINED = "chained"
        REPLAYED = "replayed"

    id = models.CharField(
        primary_key=True, max_length=60, default=partial(new_id, "resp"), editable=False
    )
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="responses")
    owner = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, models.CASCADE, related_name="responses"
    )
    previous_response = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="next_responses"
    )
    retry_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="retries"
    )
    compacts = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="compactions"
    )
    selected_child = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    client_key = models.CharField(max_length=64)

    # Both, because a model that was removed leaves the provider that remembers the chain.
    provider = models.ForeignKey(Provider, models.SET_NULL, null=True, related_name="responses")
    model = models.ForeignKey(Model, models.SET_NULL, null=True, related_name="responses")
    model_name = models.CharField(max_length=200)
    # The name as well, for when the assistant is no more.
    assistant = models.ForeignKey(
        Assistant, models.SET_NULL, null=True, blank=True, related_name="responses"
    )
    assistant_name = models.CharField(max_length=80, blank=True)
    instructions = models.TextField(blank=True)
    memory = models.TextField(
        blank=True, help_text="What the model was told of the person, before the instructions."
    )
    settings = models.JSONField(default=dict, help_text="The request parameters that were sent.")
    chosen = models.JSONField(
        default=dict, help_text="The parameters that the person set, by dotted name."
    )
    unsupported = models.JSONField(
        default=list, help_text="Those of them that the provider does not take."
    )
    time_zone = models.CharField(
        max_length=60, blank=True, db_default="", help_text="Where its person was, for its tools."
    )
    api_key = models.ForeignKey(
        ApiKey, models.SET_NULL, null=True, blank=True, related_name="responses"
    )
    asked = models.JSONField(
        null=True, help_text="The parameters as a script gave them, to be told them again."
    )
    disowned = models.BooleanField(
        default=False,
        db_default=False,
        help_text="A script has deleted it: it is there for what follows it alone.",
    )
    removed = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text="The places of the items that were deleted, of its input (i0) or output (0).",
    )
    unchained = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Its provider remembers what is no more: nothing is chained on it.",
    )
    input = models.JSONField(default=list)
    attachments = models.ManyToManyField(
        "conversations.Attachment", blank=True, related_name="responses"
    )
    folder_files = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text="What of its folder's files the model was given with it.",
    )
    folder_files_before = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text="The ids of those that it was given earlier on this path.",
    )
    folder_attachments = models.ManyToManyField(
        "conversations.Attachment", blank=True, related_name="given_to"
    )

    status = models.CharField(max_length=12, choices=Status.choices, default=Status.QUEUED)
    output = models.JSONField(default=list)
    rating = models.CharField(
        max_length=4, choices=Rating.choices, blank=True, help_text="What its person thinks of it."
    )
    rounds = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text="The provider's responses that it is made of, where it called tools of ours.",
    )
    usage = models.JSONField(null=True)
    cost = models.DecimalField(
        max_digits=16, decimal_places=8, null=True, help_text="By the prices when it ended."
    )
    currency = models.CharField(max_length=3, blank=True)
    error = models.JSONField(null=True)
    retry = models.JSONField(null=True, help_text="When the provider is asked again, and why.")
    incomplete_details = models.JSONField(null=True)
    upstream_id = models.CharField(max_length=512, blank=True)
    upstream_sequence_number = models.BigIntegerField(
        null=True, help_text="The provider's last event that `output` holds."
    )
    sent = models.CharField(max_length=10, choices=Sent.choices, blank=True)
    text = models.TextField(blank=True, help_text="Question and answer as plain text, to search.")

    sequence_number = models.BigIntegerField(
        null=True, help_text="The last event that `output` holds."
    )
    background = models.BooleanField(default=False)
    continues = models.BooleanField(default=False)
    only_this = models.BooleanField(
        default=False, db_default=False, help_text="Whether no other model may answer instead."
    )
    instead_of = models.JSONField(
        null=True, help_text="By which provider, and why, where another one had been asked."
    )
    waiting = models.BooleanField(default=False)
    cancel_requested = models.BooleanField(default=False)
    worker = models.CharField(max_length=120, blank=True)
    lease = models.PositiveIntegerField(default=0)
    heartbeat = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True)
    first_output_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    shown_at = models.DateTimeField(
        null=True, help_text="When it was last chosen among its siblings."
    )

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            # The same message sent twice is stored and answered once.
            models.UniqueConstraint(fields=["owner", "client_key"], name="response_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["conversation", "id"], name="responses_of_conversation"),
            # Whole, not of the running ones alone: SQLite can't see that a query asks for these.
            models.Index(fields=["status"], name="responses_by_status"),
            # For the sidebar: what is being answered in each of its lines.
            models.Index(fields=["conversation", "status"], name="responses_by_progress"),
            # What narrows a search: whether a conversation has a message of then, by that model.
            models.Index(fields=["conversation", "created_at", "model"], name="responses_narrowed"),
            # The first questions of a conversation, however many follow them.
            models.Index(
                fields=["conversation"],
                condition=models.Q(previous_response=None),
                name="responses_at_root",
            ),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING

    @property
    def is_compaction(self) -> bool:
        return is_compaction(self.input)

    @property
    def seconds(self) -> float | None:
        """How long the answer took, from the request to its end."""
        if self.started_at is None or self.completed_at is None:
            return None
        return (self.completed_at - self.started_at).total_seconds()

    def as_text(self) -> str:
        """Question, the files' names and answer: what `text` holds once it has ended."""
        names = "\n".join([*file_names(self.input), *made_names(self.output)])
        said = [input_text(self.input), names, output_text(self.output)]
        return "\n\n".join(filter(None, said))

    def cost_as_json(self) -> dict[str, str] | None:
        """The amount as a number in writing, and its currency; None where it is not known."""
        if self.cost is None:
            return None
        return {"amount": str(self.cost), "currency": self.currency}

    @property
    def gives_sealed(self) -> bool:
        """Whether the script that asked wants what its provider has sealed of its thoughts."""
        return SEALED in ((self.asked or {}).get("include") or ())

    def to_api(self) -> dict[str, Any]:
        """The API's response object, and what is ours about it. Times are Unix seconds."""
        return {
            "id": self.id,
            "object": "response",
            "client_key": self.client_key,
            "created_at": _unix(self.created_at),
            "started_at": _unix(self.started_at),
            "first_output_at": _unix(self.first_output_at),
            "completed_at": _unix(self.completed_at),
            "status": self.status,
            "model": self.model_name,
            "model_id": self.model_id,
            "previous_response_id": self.previous_response_id,
            "retry_of": self.retry_of_id,
            "folder_files": self.folder_files,
            "input": self.input,
            "output": self.output,
            "error": self.error,
            "incomplete_details": self.incomplete_details,
            "assistant": self.assistant_name,
            "assistant_id": self.assistant_id,
            "rating": self.rating,
            "usage": self.usage,
            "cost": self.cost_as_json(),
            "compacts": self.compacts_id,
            "text": self.settings.get("text"),
            "background": self.background,
            "chosen": self.chosen,
            "unsupported": self.unsupported,
            "continues": self.continues,
            "instead_of": self.instead_of,
            "waiting": self.waiting,
            "retry": self.retry,
            "removed": self.removed,
            "sent": self.sent,
            "sequence_number": self.sequence_number,
        }


def _unix(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
