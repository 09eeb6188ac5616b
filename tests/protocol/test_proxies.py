"""The address of a proxy."""

import pytest

from conversations.protocol.headers import MASK
from conversations.protocol.proxies import ProxyError, checked, masked, password_of, uncovered

SCHEMES = ("http", "https")
STORED = "http://me:p%40ss@proxy.example:3128"


@pytest.mark.parametrize(
    "url",
    [STORED, "https://proxy.example", "http://[::1]:3128/", "http://me@10.0.0.1:8080"],
)
def test_an_address_is_taken_as_it_is(url: str) -> None:
    assert checked(url, SCHEMES) == url


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("proxy.example:3128", "scheme"),
        ("socks5://proxy.example:1080", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("http://", "no_proxy"),
        ("http://:3128", "no_proxy"),
        ("http://proxy.example:0", "no_proxy"),
        ("http://proxy.example:99999", "no_proxy"),
        ("http://proxy.example/path", "no_proxy"),
        ("http://proxy.example?x=1", "no_proxy"),
        ("http://pro xy.example", "no_proxy"),
        ("http://proxy.example\r\nHost: x", "no_proxy"),
        ("http://[::1", "no_proxy"),
    ],
)
def test_anything_else_is_refused(url: str, why: str) -> None:
    with pytest.raises(ProxyError, match=why):
        checked(url, SCHEMES)


def test_a_password_is_covered_and_comes_back_for_the_same_proxy_alone() -> None:
    shown = masked(STORED)
    assert shown == f"http://me:{MASK}@proxy.example:3128"
    assert uncovered(shown, STORED) == STORED
    with pytest.raises(ProxyError, match="covered"):
        uncovered(shown.replace("proxy", "evil"), STORED)


def test_one_without_a_password_is_shown_whole() -> None:
    for url in ("", "http://proxy.example:3128", "http://me@proxy.example"):
        assert masked(url) == url
        assert uncovered(url, STORED) == url
    assert (password_of(STORED), password_of("http://proxy.example")) == ("p%40ss", "")
