"""Which addresses may be connected to where somebody else has named the host.

The tables are written out, for what Python knows of them differs between its versions:
https://www.iana.org/assignments/iana-ipv4-special-registry
https://www.iana.org/assignments/iana-ipv6-special-registry
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address

Network = IPv4Network | IPv6Network


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(map(ip_network, text.split()))


# Where a cloud tells a machine of its keys: never, whoever has named the host.
METADATA = _networks(
    "100.100.100.200 168.63.129.16 169.254.169.254 192.0.0.192 fd00:ec2::254 fd20:ce::254"
)
INSIDE = _networks(
    "10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::1/128 fc00::/7"
)
# Those, this network, the link, 6to4, documentation, benchmarks, multicast and what is reserved.
NOT_PUBLIC = _networks(
    """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
    192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24
    224.0.0.0/4 240.0.0.0/4
    """
)
# Of IPv6 nothing else is given to anybody: neither the mapped and compatible forms of IPv4 are in
# it, nor NAT64, the link's, the site's, private addresses and multicast. Teredo and 6to4 are, which
# have IPv4 within, and documentation.
GLOBAL = ip_network("2000::/3")
NOT_PUBLIC_IN_GLOBAL = _networks("2001::/23 2001:db8::/32 2002::/16 3fff::/20")


def is_public(address: Address) -> bool:
    """Whether it is one of the public Internet, and of nothing nearer or meant otherwise."""
    if _is_in(address, METADATA) or not address.is_global:
        return False
    if address.version == 4:
        return not _is_in(address, NOT_PUBLIC)
    return address in GLOBAL and not _is_in(address, NOT_PUBLIC_IN_GLOBAL)


def is_inside(address: Address) -> bool:
    """Whether it is one of a private network or of this machine, which an administrator may name.

    Those of the link, of clouds' metadata and the like are not, nor any that hides another.
    """
    return _is_in(address, INSIDE) and not _is_in(address, METADATA)


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
