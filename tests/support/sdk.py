"""What the types of the installed SDK say of the API."""

import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel


def types_of(union: Any) -> set[str]:
    """The words that tell the models of a union apart: what their field `type` may be."""
    fields = [model.model_fields for model in _models(union)]
    return {word for field in fields for word in words_of(field["type"].annotation)}


def words_of(annotation: Any) -> Iterator[str]:
    """The words of a Literal, which may be one of several or None."""
    for part in typing.get_args(annotation):
        if isinstance(part, str):
            yield part
        else:
            yield from words_of(part)


def _models(union: Any) -> Iterator[type[BaseModel]]:
    for part in typing.get_args(union):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part
        elif typing.get_args(part):
            yield from _models(part)
