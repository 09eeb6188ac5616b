"""Why a server could not be asked: one word of a table, and what it said itself."""

from enum import StrEnum

from conversations.protocol.marking import gettext_noop as _

MOST_DETAIL = 300


class Fault(StrEnum):
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    REFUSED = "refused"
    MISSING = "missing"
    ELSEWHERE = "elsewhere"
    SLOW = "slow"
    BROKE = "broke"
    GARBAGE = "garbage"
    LARGE = "large"
    ERROR = "error"


SENTENCES = {
    Fault.UNREACHABLE: _("The server can't be reached."),
    Fault.CERTIFICATE: _("The server's certificate is not valid for its address."),
    Fault.REFUSED: _("The server refuses us: its token or headers are not right."),
    Fault.MISSING: _("There is no MCP server at this address, though something answers there."),
    Fault.ELSEWHERE: _("The server sends us to another address, where nothing is sent."),
    Fault.SLOW: _("The server did not answer in time."),
    Fault.BROKE: _("The server broke the connection off."),
    Fault.GARBAGE: _("What answers there does not speak MCP, or wrongly."),
    Fault.LARGE: _("The server's answer is too large."),
    Fault.ERROR: _("The server answered with an error."),
}


class McpError(Exception):
    """`fault` is what went wrong, `detail` what the server said of it, without our secrets."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        self.fault, self.detail = fault, " ".join(detail.split())[:MOST_DETAIL]
        super().__init__(f"{SENTENCES[fault]} {self.detail}".strip())
