"""How much may be asked: by a key, a person, a group, or everyone.

What holds for a group is for all of its people together; what holds for everyone is for each person
alone, unless they have limits of their own, which stand in its place. An answer that has begun is
always finished, so what ran at the same time may go beyond a limit; then no other begins.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from conversations.models.api_key import ApiKey
from conversations.models.provider import CURRENCY, DOLLARS

if TYPE_CHECKING:
    from chatapp.accounts.models import User

LIMITED = ("requests_per_minute", "tokens_per_day", "money_per_month")
EVERYONE = "everyone"
MOST_DIGITS, DECIMALS = 12, 2
MOST_REQUESTS, MOST_TOKENS = 1_000_000, 1_000_000_000_000
LEAST_MONEY = Decimal("0.01")


class Limit(models.Model):
    """Of a key, a person or a group; of everyone if it names none of them. What is empty is not
    limited.
    """

    subject = models.CharField(max_length=80, unique=True, editable=False)
    key = models.OneToOneField(ApiKey, models.CASCADE, null=True, blank=True, verbose_name=_("key"))
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, verbose_name=_("person")
    )
    group = models.OneToOneField(
        Group, models.CASCADE, null=True, blank=True, verbose_name=_("group")
    )
    requests_per_minute = models.PositiveIntegerField(
        _("requests per minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_REQUESTS)],
    )
    tokens_per_day = models.PositiveBigIntegerField(
        _("tokens per day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_TOKENS)],
    )
    money_per_month = models.DecimalField(
        _("money per month"),
        max_digits=MOST_DIGITS,
        decimal_places=DECIMALS,
        null=True,
        blank=True,
        validators=[MinValueValidator(LEAST_MONEY)],
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default=DOLLARS,
        validators=[CURRENCY],
        help_text=_("What is counted in another one is not counted here."),
    )

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(key=None, user=None)
                | models.Q(key=None, group=None)
                | models.Q(user=None, group=None),
                name="limit_of_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.key or self.user or self.group or _("everyone"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.subject = self.of()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Whom it is for: one at the most, and nobody twice."""
        if sum(one is not None for one in (self.key_id, self.user_id, self.group_id)) > 1:
            raise ValidationError(_("A limit is for a key, a person or a group: name one of them."))
        same = Limit.objects.exclude(pk=self.pk)
        if self.of() == EVERYONE and same.filter(subject=EVERYONE).exists():
            raise ValidationError(_("There are limits for everyone already."))

    def of(self) -> str:
        """Whom it is for, as what was used is counted."""
        for kind, found in (("key", self.key_id), ("user", self.user_id), ("group", self.group_id)):
            if found is not None:
                return f"{kind}:{found}"
        return EVERYONE

    def described(self) -> list[str]:
        """What holds, each in words."""
        requests, tokens = self.requests_per_minute, self.tokens_per_day
        said = []
        if requests is not None:
            words = ngettext(
                "%(number)s request a minute", "%(number)s requests a minute", requests
            )
            said.append(words % {"number": in_digits(requests)})
        if tokens is not None:
            words = ngettext("%(number)s token a day", "%(number)s tokens a day", tokens)
            said.append(words % {"number": in_digits(tokens)})
        if self.money_per_month is not None:
            amount = f"{in_digits(self.money_per_month)} {self.currency}"
            said.append(gettext("%(amount)s a month") % {"amount": amount})
        return said


def in_digits(number: Decimal | int) -> str:
    """A number as the person who reads it writes numbers."""
    return number_format(number, use_l10n=True, force_grouping=True)


def make_key(
    owner: "User", name: str, limits: Mapping[str, Any], **fields: Any
) -> tuple[ApiKey, str]:
    """A key as `ApiKey.make` makes it, with limits of its own if any are given; TooMany."""
    with transaction.atomic():
        key, secret = ApiKey.make(owner, name, **fields)
        if any(limits.get(name) is not None for name in LIMITED):
            Limit.objects.create(key=key, **limits)
    return key, secret


@dataclass(frozen=True)
class Held:
    """What holds for somebody who asks: how much, counted with all that `subject` asks."""

    subject: str
    requests: int | None = None
    tokens: int | None = None
    money: Decimal | None = None
    currency: str = DOLLARS


def held_by(owner_id: int, key_id: str | None = None) -> Sequence[Held]:
    """All limits that hold for a person, or for one of their keys, in one query."""
    groups = Group.objects.filter(user=owner_id).values("pk")
    theirs = models.Q(user=owner_id) | models.Q(group__in=groups) | models.Q(subject=EVERYONE)
    if key_id is not None:
        theirs |= models.Q(key=key_id)
    return _held(owner_id, Limit.objects.filter(theirs))


def _held(owner_id: int, limits: Iterable[Limit]) -> Sequence[Held]:
    own = f"user:{owner_id}"
    found = {limit.subject: limit for limit in limits}
    default = found.pop(EVERYONE, None)
    if default is not None:
        found.setdefault(own, default)
    # In the one order in which all transactions lock what they count.
    return [_as_held(subject, found[subject]) for subject in sorted(found)]


def _as_held(subject: str, limit: Limit) -> Held:
    return Held(
        subject,
        limit.requests_per_minute,
        limit.tokens_per_day,
        limit.money_per_month,
        limit.currency,
    )
