"""What was found out about a provider, by its test or in passing, and what that switches."""

from typing import ClassVar

from django.db import models, transaction

from conversations.models.provider import Model, Provider
from conversations.protocol.abilities import Ability, Found, Reason
from conversations.protocol.presets import preset_at

# What a finding switches on or off, where it is certain.
SWITCHES = {
    Ability.CHAIN: "stateful",
    Ability.BACKGROUND: "background",
    Ability.COUNT: "counts_tokens",
    Ability.COMPACT: "compacts",
    Ability.FUNCTIONS: "calls_functions",
    Ability.FILE_SEARCH: "searches_files",
    Ability.MCP: "calls_mcp",
}
# What is the model's own, that was asked.
OF_MODEL = {Ability.IMAGES: "takes_images", Ability.FILES: "takes_files"}


class Finding(models.Model):
    """The last that was found of one ability; `holds` is None where it could not be said."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="findings")
    ability = models.CharField(max_length=20, choices=[(one, one) for one in Ability])
    holds = models.BooleanField(null=True)
    reason = models.CharField(max_length=20, choices=[(one, one) for one in Reason])
    detail = models.CharField(max_length=300, blank=True)
    found_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "ability"], name="finding_of_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.ability}: {self.holds}"


@transaction.atomic
def learn(provider: Provider, found: Found, model: Model | None = None) -> None:
    """Remember what was found, by asking `model`, and switch what it is about."""
    values = {"holds": found.holds, "reason": found.reason, "detail": found.detail}
    Finding.objects.update_or_create(provider=provider, ability=found.ability, defaults=values)
    if found.holds is None:
        return
    if found.ability in SWITCHES and _may_be_switched(provider, found):
        _switch(provider, SWITCHES[found.ability], found.holds)
    elif model is not None and found.ability in OF_MODEL:
        _switch(model, OF_MODEL[found.ability], found.holds)
    elif model is not None and found.ability is Ability.STREAM and found.reason is Reason.REFUSED:
        model.refuses(["stream"])


def _may_be_switched(provider: Provider, found: Found) -> bool:
    """That one calls MCP servers does not say that it asks first where it is to ask: but for those
    that are known to, an administrator has to know it. Nor is a provider to keep people's files
    because it can.
    """
    if found.ability is Ability.FILE_SEARCH:
        return not found.holds
    if found.ability is not Ability.MCP or not found.holds:
        return True
    preset = preset_at(provider.base_url)
    return preset is not None and bool(preset.abilities.get("calls_mcp"))


def _switch(row: Provider | Model, name: str, holds: bool) -> None:
    setattr(row, name, holds)
    row.save(update_fields=[name])


def forget(provider: Provider) -> None:
    """Nothing is known any more, as where another address is given; what was switched stays."""
    Finding.objects.filter(provider=provider).delete()


def refused_by_models(provider: Provider) -> list[tuple[Model, list[str]]]:
    """The models that were seen to refuse parameters, each with those."""
    models_of = provider.models.exclude(unsupported=[]).order_by("name")
    return [(model, model.unsupported) for model in models_of]
