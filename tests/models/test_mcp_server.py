"""Who may use which MCP server, and that what lets us in is stored unreadable."""

import pytest
from django.contrib.auth.models import Group
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection

from conversations.models import McpServer
from conversations.protocol.mcp import Rule
from tests.support.mcp_servers import listed, make_mcp_server
from tests.support.people import make_person

pytestmark = pytest.mark.django_db


def test_one_for_groups_is_for_those_who_are_in_one_of_them() -> None:
    team, other = Group.objects.create(name="Team"), Group.objects.create(name="Other")
    make_mcp_server("open")
    make_mcp_server("off", enabled=False)
    make_mcp_server("closed", audience="groups").groups.set([team, other])
    anna, ben = make_person("anna"), make_person("ben")
    anna.groups.set([team, other])
    assert [one.label for one in McpServer.objects.usable_by(anna)] == ["closed", "open"]
    assert [one.label for one in McpServer.objects.usable_by(ben)] == ["open"]


def test_groups_that_were_chosen_count_only_while_it_is_for_groups() -> None:
    team = Group.objects.create(name="Team")
    server = make_mcp_server(audience="everyone")
    server.groups.set([team])
    assert McpServer.objects.usable_by(make_person("ben")).exists()


def test_what_lets_us_in_is_neither_in_the_database_nor_in_a_dump() -> None:
    server = make_mcp_server()
    with connection.cursor() as cursor:
        cursor.execute("SELECT token, headers FROM conversations_mcpserver")
        stored = str(cursor.fetchall())
    stored += serializers.serialize("json", [server])
    assert "swordfish" not in stored
    assert "secret-seven" not in stored
    kept = McpServer.objects.get()
    assert (kept.token, kept.told_headers) == ("swordfish", {"X-Team": "secret-seven"})


def test_an_address_has_no_password_in_it() -> None:
    with pytest.raises(ValidationError, match="token or the headers"):
        McpServer(name="x", label="x", url="https://me:pw@wiki.test/mcp").full_clean()


@pytest.mark.parametrize(
    "label", ["chatapp", "Wiki", "a__b", "a_", "_a", "1a", "a b", "ä", "a" * 25]
)
def test_a_label_that_could_be_taken_for_something_else_is_refused(label: str) -> None:
    with pytest.raises(ValidationError) as caught:
        McpServer(name="x", label=label, url="https://wiki.test/mcp").full_clean()
    assert set(caught.value.message_dict) == {"label"}


def test_a_rule_of_a_tool_goes_before_that_of_all() -> None:
    server = make_mcp_server(rule="asks", rules={"b": "forbidden", "new": "allowed"})
    server.tools = listed("a", "b")
    rules = server.all_rules
    assert [rules.of(name) for name in ("a", "b", "new")] == [
        Rule.ASKS,
        Rule.FORBIDDEN,
        Rule.ALLOWED,
    ]
    assert [tool["name"] for tool in server.known_tools] == ["a", "b", "new"]
