"""An administrator names an MCP server, looks at its tools, and says which may be called."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from chatapp.accounts.models import Role
from conversations.models import McpServer
from tests.support.mcp_server import mcp_server
from tests.support.mcp_servers import listed, make_mcp_server
from tests.support.people import make_person, signed_in
from tests.support.server import free_port

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = reverse("conversations:mcp-servers")
SECRETS = ("swordfish", "secret-seven")


@pytest.fixture(scope="module")
def real() -> Iterator[str]:
    with mcp_server(MCP_TOKEN="swordfish") as url:
        yield url


@pytest.fixture
def admin(transactional_db: None) -> Client:
    return signed_in(make_person(role=Role.ADMINISTRATOR))


def fields(**given: str) -> dict[str, str]:
    """What the form sends."""
    whole = {
        "name": "Weather",
        "label": "weather",
        "url": "https://weather.test/mcp",
        "transport": "http",
        "called_by": "here",
        "audience": "everyone",
        "rule": "asks",
        "enabled": "on",
    }
    return whole | given


def page_of(server: McpServer, name: str = "mcp-server") -> str:
    return reverse(f"conversations:{name}", args=[server.pk])


def test_a_server_is_named_and_its_tools_are_looked_up(admin: Client, real: str) -> None:
    answer = admin.post(PAGE, fields(url=real, new_token="swordfish"))
    server = McpServer.objects.get()
    assert answer.headers["location"] == page_of(server)
    assert [tool["name"] for tool in server.tools][:2] == ["weather", "open_window"]
    shown = admin.get(page_of(server)).content.decode()
    assert "Tell the weather at a place." in shown
    assert "It says that it only reads." in shown
    assert admin.get(PAGE).content.decode().count("5 tools") == 1


def test_why_it_can_not_be_looked_at_is_told_and_it_is_kept(admin: Client, real: str) -> None:
    admin.post(PAGE, fields(url=real, new_token="wrong"))
    server = McpServer.objects.get()
    shown = admin.get(page_of(server)).content.decode()
    assert "The server refuses us: its token or headers are not right. (HTTP 401)" in shown
    admin.post(page_of(server), fields(url=real, new_token="swordfish"))
    answer = admin.post(page_of(server, "mcp-look"), follow=True)
    assert "The server refuses us" not in answer.content.decode()
    assert "Tell the weather at a place." in answer.content.decode()


def test_what_was_known_stays_while_the_server_is_away(admin: Client) -> None:
    server = make_mcp_server(url=f"http://127.0.0.1:{free_port()}/mcp", tools=listed("search"))
    shown = admin.post(page_of(server, "mcp-look"), follow=True).content.decode()
    assert "The server can&#x27;t be reached." in shown
    assert "Does search." in shown


def test_what_lets_us_in_is_shown_nowhere(admin: Client) -> None:
    server = make_mcp_server()
    pages = [
        PAGE,
        page_of(server),
        reverse("admin:conversations_mcpserver_changelist"),
        reverse("admin:conversations_mcpserver_change", args=[server.pk]),
    ]
    shown = "".join(admin.get(page).content.decode() for page in pages)
    wrong = admin.post(page_of(server), fields(url="", new_token="new-secret"))
    shown += wrong.content.decode()
    assert not any(secret in shown for secret in (*SECRETS, "new-secret"))
    assert "a token or headers are stored" in shown


def test_what_is_stored_stays_until_it_is_replaced_or_forgotten(admin: Client) -> None:
    server = make_mcp_server()

    def save(**given: str) -> tuple[str, str]:
        answer: Any = admin.post(page_of(server), fields(url=server.url) | given)
        assert answer.status_code == 302, answer.context["form"].errors
        kept = McpServer.objects.get()
        return kept.token, kept.headers

    assert save(name="Other") == ("swordfish", "X-Team: secret-seven")
    assert save(new_token="pike") == ("pike", "X-Team: secret-seven")
    assert save(new_headers="X-Key: 1") == ("pike", "X-Key: 1")
    assert save(forget="on") == ("", "")


def test_at_another_address_nothing_of_the_old_one_is_sent_or_known(admin: Client) -> None:
    server = make_mcp_server(tools=listed("search"))
    admin.post(page_of(server), fields(url="https://elsewhere.test/mcp"))
    kept = McpServer.objects.get()
    assert (kept.token, kept.headers, kept.tools) == ("", "", [])


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"url": "stdio:///bin/sh"}, "url", "Enter a valid URL."),
        ({"url": "https://a:b@weather.test/"}, "url", "into the token or the headers"),
        ({"label": "Weather Station"}, "label", "Small letters and digits"),
        ({"label": "wiki"}, "label", "already exists"),
        ({"name": "Wiki"}, "name", "already exists"),
        ({"new_token": "two words"}, "new_token", "A token has no spaces"),
        ({"new_headers": "nonsense"}, "new_headers", "“nonsense” has not"),
        ({"new_headers": "Host: other.test"}, "new_headers", "be set here"),
        (
            {"new_headers": "authorization: Basic x", "new_token": "t"},
            "new_headers",
            "Either a token",
        ),
        ({"audience": "groups"}, "audience", "Choose the groups"),
        ({"rule": "whatever"}, "rule", "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_told_where_it_is_wrong(
    admin: Client, wrong: dict[str, str], field: str, said: str
) -> None:
    make_mcp_server("wiki")
    answer: Any = admin.post(PAGE, fields(**wrong))
    assert list(answer.context["form"].errors) == [field]
    assert said in str(answer.context["form"].errors[field])
    assert McpServer.objects.count() == 1


def test_a_name_in_an_address_that_looks_like_a_variable_is_nothing_else(admin: Client) -> None:
    server = make_mcp_server()
    url = "https://wiki.test/$SECRET_KEY"
    admin.post(page_of(server), fields(url=url, new_headers="X-Key: ${SECRET_KEY}"))
    kept = McpServer.objects.get()
    assert (kept.url, kept.told_headers) == (url, {"X-Key": "${SECRET_KEY}"})


def test_groups_are_chosen(admin: Client) -> None:
    team = Group.objects.create(name="Team")
    server = make_mcp_server()
    admin.post(page_of(server), fields(audience="groups", groups=str(team.pk)))
    assert list(McpServer.objects.get().groups.all()) == [team]


def test_each_tool_has_a_rule_and_one_that_is_not_listed_can_be_named(admin: Client) -> None:
    server = make_mcp_server(tools=listed("read", "write"))
    given = {"rule-0": "allowed", "rule-1": "", "add": "drop"}
    admin.post(page_of(server, "mcp-rules"), given)
    assert McpServer.objects.get().rules == {"read": "allowed", "drop": "asks"}
    shown = admin.get(page_of(server)).content.decode()
    assert "The server does not list it." in shown
    wrong: Any = admin.post(page_of(server, "mcp-rules"), {"rule-0": "perhaps"})
    assert "Select a valid choice" in wrong.content.decode()
    assert McpServer.objects.get().rules == {"read": "allowed", "drop": "asks"}


def test_a_server_is_deleted(admin: Client) -> None:
    server = make_mcp_server()
    assert admin.post(page_of(server, "mcp-delete")).headers["location"] == PAGE
    assert not McpServer.objects.exists()


def test_the_pages_are_for_administrators_alone(admin: Client) -> None:
    server = make_mcp_server()
    anna = signed_in(make_person("ben"))
    for name in ("mcp-server", "mcp-rules", "mcp-look", "mcp-delete"):
        assert anna.post(page_of(server, name)).status_code == 404
        assert Client().post(page_of(server, name)).status_code == 302
    assert anna.get(PAGE).status_code == 404
    assert McpServer.objects.exists()
    assert PAGE in admin.get(reverse("conversations:providers")).content.decode()


def test_in_the_admin_it_is_switched_off(admin: Client) -> None:
    server = make_mcp_server()
    url = reverse("admin:conversations_mcpserver_change", args=[server.pk])
    admin.post(url, {"name": "Wiki", "audience": "everyone", "rule": "forbidden", "url": "x"})
    kept = McpServer.objects.get()
    assert (kept.enabled, kept.rule, kept.url) == (False, "forbidden", server.url)
    assert page_of(server) in admin.get(url).content.decode()
