"""A conversation as a file."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from chatapp.accounts.models import User
from conversations.models import Conversation
from conversations.models.export import as_json, as_markdown

NAME_LENGTH = 60


@require_safe
@login_required
def export(request: HttpRequest, conversation_id: str, form: str) -> HttpResponse:
    """A person's own conversation, as `markdown` or as `json`."""
    assert isinstance(request.user, User), "only for those signed in"
    own = Conversation.objects.visible_to(request.user)
    conversation = own.filter(pk=conversation_id).first()
    if conversation is None:
        raise Http404
    if form == "markdown":
        kind = "text/markdown; charset=utf-8"
        return _file(HttpResponse(as_markdown(conversation), kind), conversation, "md")
    arguments = {"indent": 2, "ensure_ascii": False}
    answer = JsonResponse(as_json(conversation), json_dumps_params=arguments)
    return _file(answer, conversation, "json")


def _file(answer: HttpResponse, conversation: Conversation, ending: str) -> HttpResponse:
    name = slugify(conversation.title, allow_unicode=True)[:NAME_LENGTH].strip("-")
    disposition = content_disposition_header(True, f"{name or conversation.pk}.{ending}")
    assert disposition is not None, "it has a name"
    answer["Content-Disposition"] = disposition
    return answer
