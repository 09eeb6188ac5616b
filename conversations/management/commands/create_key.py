from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Limit, Model
from conversations.models.api_key import MOST, NAME_LENGTH, TooMany
from conversations.models.limit import LIMITED, make_key

MOST_DAYS = 3650


class Command(BaseCommand):
    help = "Make a key with which a person's scripts ask at /v1, and print it, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("name", metavar="NAME", help="what will use it")
        parser.add_argument("--days", type=int, metavar="NUMBER", help="how long it works")
        parser.add_argument(
            "--model",
            action="append",
            default=[],
            metavar="NAME",
            help="a model that it may ask, also as PROVIDER/NAME; again for more; without: all",
        )
        for name in LIMITED:
            option = name.replace("_", "-")
            parser.add_argument(
                f"--{option}", metavar="NUMBER", help="that may be asked through it"
            )
        parser.add_argument("--currency", metavar="CODE", help="of the money, as USD")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"].strip()
        if not 0 < len(name) <= NAME_LENGTH:
            raise CommandError(f"A name has 1 to {NAME_LENGTH} characters.")
        person = User.objects.filter(username=options["username"], is_active=True).first()
        if person is None:
            raise CommandError(f"No active person is called {options['username']!r}.")
        days = options["days"]
        if days is not None and not 0 < days <= MOST_DAYS:
            raise CommandError(f"A key works for 1 to {MOST_DAYS} days.")
        ends = None if days is None else timezone.now() + timedelta(days=days)
        only, limits = _models(person, options["model"]), _limits(options)
        try:
            _, secret = make_key(person, name, limits, expires_at=ends, only=only)
        except TooMany as error:
            raise CommandError(f"{person} has {MOST} keys, which is the most.") from error
        self.stdout.write(secret)


def _models(person: User, names: Iterable[str]) -> list[Model]:
    return [_model(person, name) for name in names]


def _model(person: User, name: str) -> Model:
    offered = Model.objects.offered_to(person)
    found = [
        model for model in offered if name in (model.name, f"{model.provider.name}/{model.name}")
    ]
    if not found:
        raise CommandError(f"No model that {person} may use is called {name!r}.")
    if len(found) > 1:
        providers = ", ".join(model.provider.name for model in found)
        raise CommandError(f"{name!r} is at {providers}: name it as PROVIDER/NAME.")
    return found[0]


def _limits(options: Mapping[str, Any]) -> dict[str, Any]:
    """What of limits is given, as their fields take it."""
    names = (*LIMITED, "currency")
    limits = {name: options[name] for name in names if options[name] is not None}
    for name, value in limits.items():
        if value == "":  # which a form leaves for no limit: here a variable was not set
            raise CommandError(f"--{name.replace('_', '-')} needs a value.")
    try:
        Limit(**limits).clean_fields(exclude=["subject"])
    except ValidationError as error:
        wrong = error.message_dict.items()
        said = [f"--{name.replace('_', '-')}: {' '.join(texts)}" for name, texts in wrong]
        raise CommandError("\n".join(said)) from error
    return limits
