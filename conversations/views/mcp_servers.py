"""The pages on which an administrator names MCP servers, looks at their tools and sets rules."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from conversations.mcp.errors import SENTENCES, Fault
from conversations.models import McpServer
from conversations.models.database import in_database
from conversations.turns.mcp_listing import look as look_at
from conversations.views.mcp_forms import McpServerForm, RulesForm
from conversations.views.providers import for_admins


@require_http_methods(["GET", "POST"])
@for_admins
async def servers(request: HttpRequest) -> HttpResponse:
    """The servers there are, and the form to name another, which is looked at as it is saved."""
    form = await in_database(McpServerForm, request.POST or None, McpServer())
    if request.method == "POST" and await in_database(form.is_valid):
        server = await in_database(form.save)
        await look_at(server)
        return redirect("conversations:mcp-server", server.pk)
    return await in_database(_listed, request, form)


@require_http_methods(["GET", "POST"])
@for_admins
def server(request: HttpRequest, server_id: str) -> HttpResponse:
    """One server, to be changed."""
    found = _found(server_id)
    form = McpServerForm(request.POST or None, found)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("conversations:mcp-server", server_id)
    return _shown(request, server_id, form=form)


@require_POST
@for_admins
def rules(request: HttpRequest, server_id: str) -> HttpResponse:
    """Which of its tools may be called, and which ask first."""
    form = RulesForm(_found(server_id), request.POST)
    if not form.is_valid():
        return _shown(request, server_id, rules=form)
    form.save()
    return redirect("conversations:mcp-server", server_id)


@require_POST
@for_admins
async def look(request: HttpRequest, server_id: str) -> HttpResponse:
    """Ask it for its tools now."""
    await look_at(await in_database(_found, server_id))
    return redirect("conversations:mcp-server", server_id)


@require_POST
@for_admins
def delete(request: HttpRequest, server_id: str) -> HttpResponse:
    """It is asked no more; what it has said in conversations stays."""
    _found(server_id).delete()
    return redirect("conversations:mcp-servers")


def _found(server_id: str) -> McpServer:
    found: McpServer = get_object_or_404(McpServer, pk=server_id)
    return found


def _listed(request: HttpRequest, form: McpServerForm) -> HttpResponse:
    known = [{"server": one, "said": said_of(one)} for one in McpServer.objects.all()]
    context = {"form": form, "servers": known}
    return render(request, "conversations/mcp_servers.html", context)


def _shown(request: HttpRequest, server_id: str, **forms: Any) -> HttpResponse:
    found = _found(server_id)
    context = {
        "form": McpServerForm(None, found),
        "rules": RulesForm(found, None),
        "server": found,
        "said": said_of(found),
        **forms,
    }
    return render(request, "conversations/mcp_server.html", context)


def said_of(server: McpServer) -> str:
    """Why it could not be looked at the last time, in words; "" where it could."""
    if not server.fault:
        return ""
    sentence = gettext(SENTENCES[Fault(server.fault)])
    return f"{sentence} ({server.fault_detail})" if server.fault_detail else sentence
