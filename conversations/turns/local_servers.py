"""Which servers near this one could be connected."""

from urllib.parse import urlsplit

from django.conf import settings

from conversations.models import Provider
from conversations.models.database import in_database
from conversations.protocol.presets import LOCAL_PORTS
from conversations.providers.looking import Address, LocalServer, look

THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


async def local_servers() -> list[LocalServer]:
    """Those that answer at the usual ports of this machine and of LOCAL_HOSTS, and are not
    connected yet. This app is none of them.
    """
    found = await look(_addresses())
    known = await in_database(_known)
    return [server for server in found if _address(server.base_url) not in known]


def _addresses() -> list[Address]:
    named = [urlsplit(f"//{host}") for host in ("127.0.0.1", *settings.LOCAL_HOSTS)]
    addresses = [
        (host.hostname or "", port)
        for host in named
        for port in ([host.port] if host.port else LOCAL_PORTS)
    ]
    return [one for one in dict.fromkeys(addresses) if not _is_own(one)]


def _is_own(address: Address) -> bool:
    host, port = address
    return host in THIS_MACHINE and port == settings.PORT


def _known() -> set[Address]:
    urls = Provider.objects.filter(embedded=False).values_list("base_url", flat=True)
    return {_address(url) for url in urls}


def _address(base_url: str) -> Address:
    url = urlsplit(base_url)
    host = url.hostname or ""
    port = url.port or (443 if url.scheme == "https" else 80)
    return ("127.0.0.1" if host in THIS_MACHINE else host), port
