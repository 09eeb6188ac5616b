"""The MCP servers that an administrator has named: who may use them, and which of their tools."""

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.encryption import EncryptedTextField
from conversations.protocol import headers, mcp
from conversations.protocol.ids import new_id
from conversations.protocol.mcp_asked import OWN_LABEL

if TYPE_CHECKING:
    from chatapp.accounts.models import User


class Rule(models.TextChoices):
    ALLOWED = mcp.Rule.ALLOWED, _("Always allowed")
    ASKS = mcp.Rule.ASKS, _("Asks first")
    FORBIDDEN = mcp.Rule.FORBIDDEN, _("Forbidden")


class CalledBy(models.TextChoices):
    HERE = "here", _("This server")
    PROVIDER = "provider", _("The provider of the model")


class Transport(models.TextChoices):
    HTTP = "http", _("Streamable HTTP")
    SSE = "sse", _("SSE, for older servers")


class ForWhom(models.TextChoices):
    EVERYONE = "everyone", _("Everyone here")
    GROUPS = "groups", _("Groups")


class McpServerQuerySet(models.QuerySet["McpServer"]):
    def usable_by(self, user: "User") -> "McpServerQuerySet":
        """Those that a person may switch on."""
        theirs = models.Q(groups__in=user.groups.all(), audience=ForWhom.GROUPS)
        found = self.filter(models.Q(audience=ForWhom.EVERYONE) | theirs, enabled=True)
        return found.distinct()


class McpServer(models.Model):
    """A server with tools. What it is sent to be let in is kept encrypted and shown to nobody."""

    id = models.CharField(
        primary_key=True, max_length=60, default=partial(new_id, "mcp"), editable=False
    )
    name = models.CharField(max_length=80, unique=True, help_text="The name that people see.")
    label = models.CharField(
        max_length=mcp.LONGEST_LABEL,
        unique=True,
        validators=[
            RegexValidator(
                rf"^{mcp.LABEL.pattern}\Z",
                _("Small letters and digits, with single dashes or underscores between them."),
            )
        ],
        help_text="The name that models see, before those of its tools.",
    )
    description = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=500, validators=[URLValidator(schemes=["http", "https"])])
    transport = models.CharField(max_length=10, choices=Transport.choices, default=Transport.HTTP)
    token = EncryptedTextField(blank=True)
    headers = EncryptedTextField(blank=True)
    called_by = models.CharField(max_length=10, choices=CalledBy.choices, default=CalledBy.HERE)
    audience = models.CharField(max_length=10, choices=ForWhom.choices, default=ForWhom.EVERYONE)
    groups = models.ManyToManyField(Group, blank=True, related_name="mcp_servers")
    rule = models.CharField(max_length=10, choices=Rule.choices, default=Rule.ASKS)
    rules = models.JSONField(default=dict, blank=True, editable=False)
    enabled = models.BooleanField(default=True)
    tools = models.JSONField(default=list, blank=True, editable=False)
    left_out = models.JSONField(default=list, blank=True, editable=False)
    looked_at = models.DateTimeField(null=True, editable=False)
    fault = models.CharField(max_length=20, blank=True, editable=False)
    fault_detail = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = McpServerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = _("MCP server")
        verbose_name_plural = _("MCP servers")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.label == OWN_LABEL:
            raise ValidationError({"label": _("This label is that of the tools of this server.")})
        parts = urlsplit(self.url)
        if parts.username or parts.password:
            raise ValidationError({"url": _("Put what lets us in into the token or the headers.")})

    @property
    def has_secrets(self) -> bool:
        """Whether it is sent something to be let in."""
        return bool(self.token or self.headers)

    @property
    def told_headers(self) -> dict[str, str]:
        """The headers besides the token."""
        return dict(headers.parsed(self.headers, mcp.RESERVED_HEADERS))

    @property
    def all_rules(self) -> mcp.Rules:
        """Which of its tools may be called."""
        by_tool = {name: mcp.Rule(rule) for name, rule in self.rules.items()}
        return mcp.Rules(mcp.Rule(self.rule), by_tool, [tool["name"] for tool in self.tools])

    @property
    def callable_tools(self) -> list[dict[str, Any]]:
        """Those that it lists and nobody has forbidden."""
        rules = self.all_rules
        return [tool for tool in self.tools if rules.of(tool["name"]) != mcp.Rule.FORBIDDEN]

    @property
    def known_tools(self) -> list[dict[str, Any]]:
        """Those that it lists, and those that somebody has named."""
        listed = [tool["name"] for tool in self.tools]
        named = [{"name": name, "unseen": True} for name in self.rules if name not in listed]
        return [*self.tools, *named]
