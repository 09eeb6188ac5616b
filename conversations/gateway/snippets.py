"""How an operation is asked for, with curl and with the official SDKs, to be copied and run."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from conversations.gateway.addresses import Address
from conversations.gateway.operations import Example

MODEL = "guide"
KEY = "sk-chatapp-…"


def beginnings(base_url: str) -> list[tuple[str, str]]:
    """What comes first, once: by language."""
    python = f'client = OpenAI(base_url="{base_url}", api_key="{KEY}")'
    script = f'const client = new OpenAI({{ baseURL: "{base_url}", apiKey: "{KEY}" }});'
    return [
        ("curl", f"export BASE={base_url} KEY={KEY}"),
        ("Python", f"from openai import OpenAI\n\n{python}"),
        ("JavaScript", f'import OpenAI from "openai";\n\n{script}'),
    ]


def snippets_of(address: Address, method: str, example: Example, model: str) -> Iterator[Any]:
    """The pairs of a language and what is written in it."""
    body = {**example.body} if example.body else None
    if body and "model" in body:
        body["model"] = model
    named = {name: segment.example for name, segment in address.segments.items()}
    if "model_id" in named:
        named["model_id"] = model
    # A model is called as its provider likes: what is copied into a shell has no say of it there.
    path = address.path.format(**{name: quote(value) for name, value in named.items()})
    yield "curl", _curl(path, method, body)
    yield "Python", f"print(client.{example.call}({_python(named, body)}))"
    call = re.sub(r"_(\w)", lambda found: found[1].upper(), example.call)
    yield "JavaScript", f"console.log(await client.{call}({_javascript(named, body)}));"


def _curl(path: str, method: str, body: Mapping[str, Any] | None) -> str:
    is_usual = method == ("post" if body else "get")
    asked = "" if is_usual else f"-X {method.upper()} "
    line = f'curl -sS {asked}"$BASE/{path}" \\\n  -H "Authorization: Bearer $KEY"'
    if body is None:
        return line
    # Quotes of the shell's can't stand within its own.
    text = json.dumps(body, ensure_ascii=False).replace("'", "\\u0027")
    return f"{line} \\\n  -d '{text}'"


def _python(named: dict[str, str], body: Mapping[str, Any] | None) -> str:
    ids = [json.dumps(value, ensure_ascii=False) for value in named.values()]
    return ", ".join([*ids, *(f"{name}={_literal(value)}" for name, value in (body or {}).items())])


def _literal(value: Any) -> str:
    """A value of JSON's as Python has it, in double quotes."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        pairs = (f"{_literal(name)}: {_literal(each)}" for name, each in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return repr(value)


def _javascript(named: dict[str, str], body: Mapping[str, Any] | None) -> str:
    ids = [json.dumps(value, ensure_ascii=False) for value in named.values()]
    pairs = [
        f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in (body or {}).items()
    ]
    return ", ".join([*ids, *(["{ " + ", ".join(pairs) + " }"] if pairs else [])])
