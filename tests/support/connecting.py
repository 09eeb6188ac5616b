"""Fixtures of tests that connect: no proxy of this machine, and a certificate."""

import ssl
from pathlib import Path

import pytest

from tests.support.certificates import self_signed_context


@pytest.fixture(autouse=True)
def _no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate for 127.0.0.1 that nobody vouches for."""
    return self_signed_context(tmp_path)
