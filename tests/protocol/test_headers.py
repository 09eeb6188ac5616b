"""Headers that an administrator has a provider sent."""

import pytest

from conversations.protocol.headers import (
    LONGEST_VALUE,
    MASK,
    MOST,
    HeaderError,
    masked,
    names_of,
    parsed,
    uncovered,
)

STORED = "X-Team: research\nX-Secret: abc: def"


def reason(text: str) -> str:
    with pytest.raises(HeaderError) as caught:
        parsed(text)
    return caught.value.reason


def test_what_somebody_else_says_of_a_connection_is_refused_as_well() -> None:
    assert parsed("X-Session: 1") == (("X-Session", "1"),)
    with pytest.raises(HeaderError) as caught:
        parsed("X-Session: 1", {"x-session"})
    assert caught.value.reason == "reserved"


def test_a_line_is_a_header_and_an_empty_one_is_nothing() -> None:
    headers = parsed("\n X-Team :  research \r\n\nX-Secret: abc: def")
    assert headers == (("X-Team", "research"), ("X-Secret", "abc: def"))
    assert names_of(headers) == {"x-team", "x-secret"}
    assert parsed("") == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("research", "no_header"),
        (": research", "no_header"),
        ("X Team: research", "no_header"),
        ("X-Tëam: research", "no_header"),
        ("X-Team:", "value"),
        ("X-Team: réseau", "value"),
        ("X-Team: a\x00b", "value"),
        ("X-Team: a\rHost: evil.example", "value"),
        ("X-Team: a\x0bb", "value"),
        (f"X-Team: {'a' * (LONGEST_VALUE + 1)}", "value"),
        ("X-Team: a\nx-team: b", "twice"),
        ("\n".join(f"X-{n}: 1" for n in range(MOST + 1)), "too_many"),
    ],
)
def test_what_is_no_header_is_refused(text: str, why: str) -> None:
    assert reason(text) == why


@pytest.mark.parametrize(
    "name",
    [
        "Host",
        "content-length",
        "Transfer-Encoding",
        "Connection",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Upgrade",
        "Proxy-Authorization",
        "Accept-Encoding",
        "OpenAI-Organization",
        "Sec-WebSocket-Protocol",
    ],
)
def test_what_http_itself_or_another_field_says_is_refused(name: str) -> None:
    assert reason(f"{name}: x") == "reserved"


def test_values_are_covered_and_come_back_as_they_are_stored() -> None:
    shown = masked(STORED)
    assert "research" not in shown
    assert "def" not in shown
    assert uncovered(shown, STORED) == STORED
    assert uncovered(f"X-Team: sales\nx-secret: {MASK}", STORED) == (
        "X-Team: sales\nX-Secret: abc: def"
    )


@pytest.mark.parametrize("line", [f"X-New: {MASK}", f"X-Team: Bearer {MASK}", MASK])
def test_a_mask_under_which_nothing_is_stored_is_no_value(line: str) -> None:
    with pytest.raises(HeaderError) as caught:
        uncovered(line, STORED)
    assert caught.value.reason == "covered"
