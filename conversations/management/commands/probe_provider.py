import asyncio
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from conversations.models import Provider
from conversations.protocol.abilities import Found
from conversations.providers.probe import MOST_TOKENS
from conversations.turns.findings import said_of, title_of
from conversations.turns.probing import is_broken, model_to_ask, run

MARKS = {True: "yes", False: "no", None: "?"}


class Command(BaseCommand):
    help = (
        "Test what a provider can do, print it, and use it from then on. "
        f"Costs {MOST_TOKENS} tokens at most. Exits with 1 where it gives no answer."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="as on the page of the providers")
        parser.add_argument("--model", metavar="MODEL", help="which to ask; else its default")

    def handle(self, *args: Any, **options: Any) -> None:
        provider = Provider.objects.filter(name=options["name"]).first()
        if provider is None:
            known = ", ".join(Provider.objects.order_by("name").values_list("name", flat=True))
            raise CommandError(f"No provider is called {options['name']!r}. There are: {known}.")
        model = model_to_ask(provider, options["model"] or "")
        if model is None:
            raise CommandError(f"{provider} has no such model.")
        found = asyncio.run(run(model))
        for one in found:
            self.stdout.write(_line(one))
        if is_broken(found):
            raise CommandError(f"{provider} gives no answer.")


def _line(found: Found) -> str:
    said = said_of(found.reason, found.detail)
    line = f"{MARKS[found.holds]:>3}  {title_of(found.ability)}"
    return f"{line}: {said}" if said else line
