"""Where requests go, and the models that are offered there."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import Group
from django.core.validators import MinValueValidator, RegexValidator, URLValidator
from django.db import models

from conversations.models.connection import Connection
from conversations.models.encryption import EncryptedTextField
from conversations.protocol.cost import Price
from conversations.protocol.dialects import DIALECTS
from conversations.protocol.ids import new_id

if TYPE_CHECKING:
    from chatapp.accounts.models import User


class Provider(Connection):
    """A server that speaks the Responses API, or the guide that is built in."""

    name = models.CharField(max_length=80, unique=True)
    base_url = models.CharField(
        max_length=500, validators=[URLValidator(schemes=["http", "https"])]
    )
    api_key = EncryptedTextField(blank=True)
    embedded = models.BooleanField(default=False, editable=False)
    from_environment = models.BooleanField(default=False, editable=False)
    dialect = models.CharField(max_length=40, default="standard")
    stateful = models.BooleanField(
        default=True, help_text="Whether it keeps responses, so that the next can chain on them."
    )
    keeps_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="How many days it keeps responses; empty: as long as it answers to them.",
    )
    background = models.BooleanField(
        default=False,
        help_text="Whether it runs answers in the background, and keeps them to be read again.",
    )
    steerable = models.BooleanField(
        default=False,
        help_text="Whether a running answer can be steered by the next message, over a websocket.",
    )
    takes_images = models.BooleanField(
        default=True,
        help_text="Whether its models look at images, unless a model says otherwise; else they are "
        "told of them.",
    )
    takes_files = models.BooleanField(
        default=False,
        help_text="Whether it takes files, unless a model says otherwise; else their text is sent.",
    )
    transcription_model = models.CharField(
        max_length=200,
        blank=True,
        help_text="The model that writes down what is dictated; empty: it has none.",
    )
    counts_tokens = models.BooleanField(
        null=True,
        default=None,
        help_text="Whether it counts tokens before a message is sent. Unknown: it is tried.",
    )
    calls_functions = models.BooleanField(
        null=True,
        default=None,
        help_text="Whether its models call tools of this server. Unknown: they are offered them.",
    )
    calls_mcp = models.BooleanField(
        null=True,
        default=None,
        help_text="Whether it calls MCP servers itself, and asks first where it is to ask. Unless "
        "it does both, this server calls them.",
    )
    compacts = models.BooleanField(
        null=True,
        default=None,
        help_text="Whether it compacts conversations itself. Unknown: it is tried.",
    )
    searches_files = models.BooleanField(
        null=True,
        default=None,
        help_text="Whether it keeps files and searches them for its models; else this server does. "
        "It is then sent the files of a chat that are to be searched, and keeps them until a week "
        "after they were last used. Unknown: it does not.",
    )
    fallback_order = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Where it can't answer, the provider with the next higher number does; empty: "
        "it neither stands in for another nor is stood in for.",
    )
    enabled = models.BooleanField(default=True)
    rate_limits = models.JSONField(
        null=True,
        editable=False,
        help_text="What it has last said is left of its limits, by kind, and when (`at`).",
    )
    test_began_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


DOLLARS = "USD"
PRICES = ("input_price", "cached_price", "cache_write_price", "output_price")
# What an administrator may know of a model and say.
MODEL_FACTS = (
    "context_window",
    "max_output",
    "takes_images",
    "takes_files",
    *PRICES,
    "currency",
    "priced_at",
)
CURRENCY = RegexValidator(r"^[A-Z]{3}$", "A currency has three capital letters, as in USD.")


def price_field(help_text: str) -> "models.DecimalField[Any, Any]":
    """An amount that is not known until somebody says it."""
    return models.DecimalField(
        max_digits=12,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=help_text,
    )


class ModelQuerySet(models.QuerySet["Model"]):
    def offered_to(self, person: "User") -> "ModelQuerySet":
        """The only question of which models somebody may use: what is offered to all, or to a group
        of theirs, the default first. Any other looks as if it were not there.
        """
        theirs = Model.groups.through.objects.filter(model=models.OuterRef("pk"))
        in_group = models.Exists(theirs.filter(group__user=person.pk))
        return self.offered().filter(models.Q(restricted=False) | in_group)

    def offered(self) -> "ModelQuerySet":
        """All that are offered to anybody, the default first, with their providers."""
        return (
            self.filter(enabled=True, provider__enabled=True)
            .select_related("provider")
            .order_by("-is_default", "provider__embedded", "provider_id", "name")
        )


class Model(models.Model):
    """A model of a provider."""

    id = models.CharField(
        primary_key=True, max_length=60, default=partial(new_id, "model"), editable=False
    )
    provider = models.ForeignKey(Provider, models.CASCADE, related_name="models")
    name = models.CharField(max_length=200, help_text="The name that the provider knows.")
    label = models.CharField(max_length=200, blank=True, help_text="The name that people see.")
    enabled = models.BooleanField(default=True)
    background = models.BooleanField(
        default=False, help_text="Whether its answers run in the background unless asked otherwise."
    )
    is_default = models.BooleanField(default=False)
    # Apart from the groups: with the last of them deleted it would else be everybody's.
    restricted = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether only the people of these groups may use it.",
    )
    groups = models.ManyToManyField(Group, blank=True, related_name="models")
    context_window = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many tokens a conversation may have, answer included."
    )
    max_output = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many tokens an answer may have."
    )
    input_price = price_field("For a million input tokens.")
    cached_price = price_field("For a million of those from the cache; empty: as the others.")
    cache_write_price = price_field("For a million put into the cache; empty: as the others.")
    output_price = price_field("For a million output tokens, thoughts included.")
    currency = models.CharField(max_length=3, default=DOLLARS, blank=True, validators=[CURRENCY])
    priced_at = models.DateField(
        null=True, blank=True, help_text="The day on which these prices were looked up."
    )
    takes_images = models.BooleanField(
        null=True,
        blank=True,
        default=None,
        help_text="Whether it looks at images. Unknown: as its provider says.",
    )
    takes_files = models.BooleanField(
        null=True,
        blank=True,
        default=None,
        help_text="Whether it takes files as they are. Unknown: as its provider says.",
    )
    unsupported = models.JSONField(
        default=list,
        blank=True,
        help_text="The parameters that it was seen to refuse: they are not offered, nor sent.",
    )

    objects = ModelQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "name"], name="model_of_provider"),
        ]

    def __str__(self) -> str:
        return self.label or self.name

    def refuses(self, names: Iterable[str]) -> None:
        """Remember that it does not take these parameters."""
        self.unsupported = sorted({*self.unsupported, *names})
        Model.objects.filter(pk=self.pk).update(unsupported=self.unsupported)

    @property
    def lacks(self) -> list[str]:
        """The parameters that are not sent to it: it refused them, or its provider has none."""
        lacks = {*self.unsupported, *DIALECTS[self.provider.dialect].lacks}
        if self.provider.calls_functions is False:
            lacks |= {"functions"} if self.provider.calls_mcp else {"functions", "mcp_servers"}
        return sorted(lacks)

    @property
    def streams(self) -> bool:
        """Whether its answers can come piece by piece; else they come whole."""
        return "stream" not in self.unsupported

    @property
    def sees_images(self) -> bool:
        """Whether it is sent images; else it is told of them."""
        return self.provider.takes_images if self.takes_images is None else self.takes_images

    @property
    def reads_files(self) -> bool:
        """Whether it is sent files as they are; else their text."""
        return self.provider.takes_files if self.takes_files is None else self.takes_files

    def refuses_part(self, kind: str) -> None:
        """Remember that it does not take an `input_image`, or an `input_file`."""
        column = "takes_images" if kind == "input_image" else "takes_files"
        setattr(self, column, False)
        Model.objects.filter(pk=self.pk).update(**{column: False})

    def takes(self, context_window: int) -> None:
        """Remember the size of its context, unless somebody has said it."""
        rows = Model.objects.filter(pk=self.pk, context_window=None)
        if rows.update(context_window=context_window):
            self.context_window = context_window

    @property
    def prices(self) -> dict[str, str]:
        """What is known of them, each as a person writes it: 2 or 0.15."""
        known = {name: getattr(self, name) for name in PRICES}
        return {
            name: f"{price.normalize():f}" for name, price in known.items() if price is not None
        }

    @property
    def price(self) -> Price | None:
        """What its tokens cost; None until somebody has said so."""
        if self.input_price is None or self.output_price is None:
            return None
        return Price(
            input=self.input_price,
            output=self.output_price,
            cached=self.cached_price,
            cache_write=self.cache_write_price,
            currency=self.currency or DOLLARS,
        )

    @property
    def can_background(self) -> bool:
        """Whether its answers can run in the background: its provider keeps them."""
        return self.provider.background and self.provider.stateful
