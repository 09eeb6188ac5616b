"""Finding a conversation, and reading it as the person saw it."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import gettext_lazy as _

from conversations.admin.filters import BegunThroughKeyFilter, OwnerFilter, TagFilter
from conversations.admin.permissions import ReadOnlyAdmin
from conversations.admin.site import site
from conversations.admin.trail import record_reading
from conversations.admin.transcript import enforce_trusted_types, transcript_of
from conversations.models import Conversation, Response, Tag
from conversations.models.search_words import conversations_with
from conversations.models.tag import listed, tags_column

NAMES = ("title", "owner__username", "owner__first_name", "owner__last_name")
MOST_WORDS = 20


@admin.register(Conversation, site=site)
class ConversationAdmin(ReadOnlyAdmin):
    list_display = ("heading", "person", "answers", "last_used", "last_status", "key", "tag_names")
    list_select_related = ("owner",)
    list_filter = (
        OwnerFilter,
        TagFilter,
        BegunThroughKeyFilter,
        "updated_at",
        ("expires_at", admin.EmptyFieldListFilter),
        "responses__model",
        "responses__status",
    )
    date_hierarchy = "updated_at"
    ordering = ("-updated_at",)
    list_per_page = 50
    search_fields = NAMES
    search_help_text = _(
        "Words of the title, of a tag, of a question or answer, or the person's name."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        responses = Response.objects.filter(conversation=OuterRef("pk"))
        # A subquery a column: a join would multiply the rows that search and filters join too.
        number = responses.order_by().values("conversation").values(number=Count("pk"))
        rows: QuerySet[Conversation] = super().get_queryset(request)
        return rows.filter(deleted_at=None).annotate(
            answers=Coalesce(Subquery(number), 0),
            last_status=Subquery(responses.order_by("-created_at").values("status")[:1]),
            tags_found=tags_column(),
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Each word must stand in the title, a tag, the person's name or a message.

        Messages are found by the index of the search, but temporary ones, which are in none.
        """
        for word in _words(search_term):
            found = Q()
            for field in NAMES:
                found |= Q(**{f"{field}__icontains": word})
            texts = Response.objects.filter(
                conversation__expires_at__isnull=False, text__icontains=word
            )
            found |= Q(pk__in=texts.values("conversation"))
            found |= Q(pk__in=_tagged(word))
            if (messages := conversations_with(word)) is not None:
                found |= Q(pk__in=messages)
            queryset = queryset.filter(found)
        return queryset, False

    @admin.display(description=_("title"), ordering="title")
    def heading(self, conversation: Conversation) -> str:
        return conversation.title or conversation.pk

    @admin.display(description=_("person"), ordering="owner__username")
    def person(self, conversation: Conversation) -> str:
        return conversation.owner.get_username()

    @admin.display(description=_("last used"), ordering="updated_at")
    def last_used(self, conversation: Conversation) -> datetime:
        return conversation.updated_at

    @admin.display(description=_("answers"))
    def answers(self, conversation: Any) -> int:
        number: int = conversation.answers
        return number

    @admin.display(description=_("last answer"))
    def last_status(self, conversation: Any) -> str | None:
        status: str | None = conversation.last_status
        return status

    @admin.display(description=_("key"))
    def key(self, conversation: Conversation) -> str:
        return conversation.key_name

    @admin.display(description=_("tags"))
    def tag_names(self, conversation: Any) -> SafeString:
        """Each leads to all that have one of this name."""
        names = [tag["name"] for tag in listed(conversation.tags_found)]
        links = ((urlencode({"tag": name}), name) for name in names)
        return format_html_join(", ", '<a href="?{}">{}</a>', links)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The transcript, in place of a form. That it was opened is recorded."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        owned = Conversation.objects.present().select_related("owner")
        conversation = owned.filter(pk=unquote(object_id)).first()
        if conversation is None:
            raise Http404
        record_reading(request.user, conversation)
        return self.transcript(request, conversation)

    @enforce_trusted_types
    def transcript(self, request: HttpRequest, conversation: Conversation) -> HttpResponse:
        context = {
            "title": self.heading(conversation),
            "conversation": conversation,
            **transcript_of(conversation),
        }
        template = "admin/conversations/conversation/transcript.html"
        return TemplateResponse(request, template, context)


def _tagged(word: str) -> QuerySet[Any]:
    """The conversations with a tag in which a word stands."""
    links = Tag.conversations.through.objects.filter(tag__name__icontains=word)
    return links.values("conversation")


def _words(search_term: str) -> list[str]:
    """What is to be found; what stands in quotes is one of them."""
    bits = list(smart_split(search_term))[:MOST_WORDS]
    words = (unescape_string_literal(bit) if bit[0] == bit[-1] in "'\"" else bit for bit in bits)
    return list(filter(None, words))
