"""Slows down the guessing of passwords, with counts in the database that all processes share.

Three limits on failures in the last WINDOW: of one name from one address, of one address, and of
one name from anywhere. The last does not hold for an address from which that person signed in
lately, so that strangers can't lock anybody out of their own desk.
"""

import logging
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from chatapp.accounts.models import SignIn, User

WINDOW = timedelta(minutes=5)
FAILURES_OF_NAME_AT_ADDRESS = 5
FAILURES_OF_NAME = 10
FAILURES_OF_ADDRESS = 20
FAMILIAR_FOR = timedelta(days=30)
KEPT_FOR = timedelta(days=90)

logger = logging.getLogger(__name__)


def begin(name: str, remote_address: str) -> SignIn | None:
    """Note an attempt as failed, before the password is looked at; None when it must be refused.

    Noting first is what holds against many attempts at once: each counts those that began before.
    """
    attempt = SignIn.objects.create(
        user=User.objects.filter(username=name).first(),
        name_hash=salted_hmac("accounts.throttle", name.casefold()).hexdigest(),
        address=network(remote_address),
    )
    if not _is_over_a_limit(attempt):
        return attempt
    # Refused ones don't count, or a person who keeps trying would never get in again.
    attempt.delete()
    logger.warning("Refused to check a password: too many failures from %s", attempt.address)
    return None


def succeed(attempt: SignIn) -> None:
    """The password was right. Old attempts are forgotten on the occasion."""
    attempt.succeeded = True
    attempt.save(update_fields=["succeeded"])
    SignIn.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()


def address_of(request: HttpRequest | None) -> str:
    """The peer's, or behind a trusted proxy the one that the proxy was asked from."""
    if request is None:
        return ""
    peer: str = request.META.get("REMOTE_ADDR", "")
    if not settings.TRUST_PROXY:
        return peer
    # The proxy writes the last entry; those before it are anybody's to write.
    forwarded: str = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return forwarded.rpartition(",")[2].strip() or peer


def network(remote_address: str) -> str:
    """What counts as one address: an IPv4 address, or an IPv6 network of 64 bits."""
    try:
        address = ip_address(remote_address)
    except ValueError:
        return ""  # a Unix socket has none
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)


def _is_over_a_limit(attempt: SignIn) -> bool:
    before = SignIn.objects.filter(pk__lt=attempt.pk, succeeded=False)
    failures = before.filter(at__gt=attempt.at - WINDOW)
    of_name = models.Q(name_hash=attempt.name_hash)
    at_address = models.Q(address=attempt.address)
    return (
        failures.filter(of_name, at_address).count() >= FAILURES_OF_NAME_AT_ADDRESS
        or failures.filter(at_address).count() >= FAILURES_OF_ADDRESS
        or (failures.filter(of_name).count() >= FAILURES_OF_NAME and not _is_familiar(attempt))
    )


def _is_familiar(attempt: SignIn) -> bool:
    return SignIn.objects.filter(
        name_hash=attempt.name_hash,
        address=attempt.address,
        succeeded=True,
        at__gt=attempt.at - FAMILIAR_FOR,
    ).exists()
