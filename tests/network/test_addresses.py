"""Which addresses may be connected to, over all that there are."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.network.addresses import INSIDE, METADATA, is_inside, is_public

ALL_4 = st.ip_addresses(v=4)
ALL_6 = st.ip_addresses(v=6)
EVERY = ALL_4 | ALL_6


def of(network: str) -> st.SearchStrategy[IPv4Address | IPv6Address]:
    return st.ip_addresses(network=network)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001:80b::200e"]
)
def test_the_public_internet_is_reached(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "network",
    [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "255.255.255.255/32",
        "::/128",
        "::1/128",
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/32",
        "2001:db8::/32",
        "2002::/16",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ],
)
def test_no_address_of_a_special_network_is_public(network: str) -> None:
    @given(of(network))
    def refused(address: IPv4Address | IPv6Address) -> None:
        assert not is_public(address)

    refused()
    assert not is_public(ip_network(network)[0])
    assert not is_public(ip_network(network)[-1])


@given(EVERY)
def test_what_is_public_is_nothing_else_too(address: IPv4Address | IPv6Address) -> None:
    if is_public(address):
        assert address.is_global
        kinds = ("private", "multicast", "reserved", "loopback", "link_local", "unspecified")
        assert not any(getattr(address, f"is_{kind}") for kind in kinds)
        assert not is_inside(address)


@given(ALL_4)
def test_no_form_that_hides_an_address_is_taken_whatever_it_hides(inner: IPv4Address) -> None:
    bits = int(inner)
    hiding = [
        IPv6Address(bits),
        IPv6Address(0xFFFF << 32 | bits),
        IPv6Address(0xFFFF << 48 | bits),
        IPv6Address((0x64FF9B << 96) | bits),
        IPv6Address((0x64FF9B0001 << 80) | bits),
        IPv6Address((0x2002 << 112) | bits << 80),
        IPv6Address((0x20010000 << 96) | (bits ^ 0xFFFFFFFF)),
    ]
    for address in hiding:
        assert not is_public(address)
        assert not is_inside(address) or address == IPv6Address("::1")


@pytest.mark.parametrize("network", INSIDE, ids=str)
def test_private_networks_are_inside_but_for_metadata(network: object) -> None:
    @given(of(str(network)))
    def inside(address: IPv4Address | IPv6Address) -> None:
        assert is_inside(address) != any(address in one for one in METADATA)

    inside()


@pytest.mark.parametrize("place", METADATA, ids=str)
def test_the_metadata_of_clouds_are_out_of_everybodys_reach(place: object) -> None:
    address = ip_address(str(place).partition("/")[0])

    assert not is_public(address)
    assert not is_inside(address)


@given(of("169.254.0.0/16") | of("fe80::/10") | of("224.0.0.0/4") | of("0.0.0.0/8"))
def test_neither_the_link_nor_many_at_once_are_inside(address: IPv4Address | IPv6Address) -> None:
    assert not is_inside(address)


def test_the_zone_of_an_address_makes_no_difference() -> None:
    assert not is_public(ip_address("fe80::1%eth0"))
    assert not is_inside(ip_address("fe80::1%eth0"))
