"""Rules of hosts' names, as an administrator writes them."""

import pytest

from conversations.network.reach import Place, Reach


def places(*written: str) -> frozenset[Place]:
    return frozenset(map(Place.of, written))


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("Example.ORG", Place("example.org")),
        (" example.org. ", Place("example.org")),
        ("wiki.local:8080", Place("wiki.local", 8080)),
        ("10.0.0.7:8080", Place("10.0.0.7", 8080)),
        ("[::1]:8080", Place("::1", 8080)),
        ("[fd00::7]", Place("fd00::7")),
    ],
)
def test_a_place_is_a_host_and_perhaps_a_port(written: str, place: Place) -> None:
    assert Place.of(written) == place


@pytest.mark.parametrize(
    "written", ["", "https://example.org", "a b", "host:port", "me@host", "::1"]
)
def test_what_is_no_place_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is no host"):
        Place.of(written)


def test_without_rules_every_host_is_reached_at_the_usual_ports() -> None:
    assert Reach().allows("example.org", 443)
    assert Reach().allows("example.org", 80)
    assert not Reach().allows("example.org", 8080)
    assert not Reach().allows("example.org", 22)


def test_only_what_is_named_is_reached_where_anything_is() -> None:
    reach = Reach(only=places("example.org", "docs.example:8443"))

    assert reach.allows("example.org", 443)
    assert reach.allows("www.Example.org.", 80)
    assert reach.allows("docs.example", 8443)
    assert not reach.allows("docs.example", 443)
    assert not reach.allows("notexample.org", 443)
    assert not reach.allows("example.org.evil.example", 443)


def test_what_is_forbidden_is_not_reached_whatever_else_is_said() -> None:
    both = places("example.org")
    reach = Reach(only=both, never=places("private.example.org", "example.org:80"), inside=both)

    assert reach.allows("example.org", 443)
    assert not reach.allows("example.org", 80)
    assert not reach.allows("private.example.org", 443)
    assert not reach.allows("more.private.example.org", 443)


def test_an_inside_host_is_reached_beside_those_that_are_named_alone() -> None:
    reach = Reach(only=places("example.org"), inside=places("wiki.local", "10.0.0.7:8080"))

    assert reach.allows("wiki.local", 443)
    assert reach.is_inside("wiki.local", 443)
    assert reach.allows("10.0.0.7", 8080)
    assert not reach.allows("10.0.0.7", 443)
    assert not reach.is_inside("10.0.0.7", 443)
    assert not reach.is_inside("example.org", 443)


def test_the_app_itself_is_not_reached() -> None:
    reach = Reach(own=frozenset({("chat.example", 443)}), inside=places("chat.example"))

    assert not reach.allows("CHAT.example", 443)
    assert reach.allows("wiki.chat.example", 443)
