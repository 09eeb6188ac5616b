"""Fixtures of the tests of connections."""

from tests.support.connecting import _no_proxy_of_this_machine, self_signed

__all__ = ["_no_proxy_of_this_machine", "self_signed"]
