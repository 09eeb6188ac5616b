"""Everything that the description can mean is asked of a real server, by schemathesis.

No answer may be a fault of the server's, each fits what is described of it, and whatever does
not fit the description is refused.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import jsonschema_rs
import pytest

from conversations.gateway.urls import description
from tests.gateway.conftest import client_of
from tests.gateway.specification import events_in
from tests.gateway.test_creating import WEATHER
from tests.support.server import (
    Server,
    add_people,
    connected_to,
    fake_provider,
    running_server,
)

EXAMPLES = "15"
MODEL = "fake-model"  # which takes no time to write, as the guide does


@pytest.fixture
def provided(migrated: Path, tmp_path: Path) -> Iterator[Server]:
    """A fake provider answers here."""
    folder = tmp_path / "data"
    shutil.copytree(migrated, folder)
    with fake_provider() as provider, running_server(folder, connected_to(provider)) as process:
        yield process


def narrowed(base_url: str, response_id: str, conversation_id: str) -> dict[str, Any]:
    """The description with what there is here in it, so that it is not 404 that is tested."""
    document: dict[str, Any] = json.loads(json.dumps(description.document))
    document["servers"] = [{"url": base_url}]
    # Events are looked at below: how they are to be described is not said before OpenAPI 3.2.
    for operation in (each for path in document["paths"].values() for each in path.values()):
        operation["responses"]["200"]["content"].get("text/event-stream", {}).pop("schema", None)
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for name, schema in body.get("schema", {}).get("properties", {}).items():
            if name == "model":
                schema |= {"enum": [MODEL]}
            if name == "previous_response_id":
                schema |= {"enum": [response_id, None]}
        for parameter in operation["parameters"]:
            is_kept = operation["operationId"] not in ("deleteResponse", "deleteConversation")
            if parameter["name"] == "model_id":
                parameter["schema"] = {"enum": [MODEL]}
            elif parameter["name"] == "response_id" and is_kept:
                parameter["schema"] = {"enum": [response_id]}
            elif parameter["name"] == "conversation_id" and is_kept:
                parameter["schema"] = {"enum": [conversation_id]}
    return document


@pytest.mark.timeout(240)
def test_every_answer_is_as_it_is_described(provided: Server, tmp_path: Path) -> None:
    add_people(provided.data_dir, ["ada"])
    key, base_url = provided.manage("create_key", "ada", "Fuzzer").strip(), f"{provided.url}/v1"
    with client_of(provided, key) as client:
        kept = client.responses.create(model=MODEL, input="Hello", background=True)
        told = client.conversations.create(items=[{"role": "user", "content": "Hello"}])
    (tmp_path / "openapi.json").write_text(json.dumps(narrowed(base_url, kept.id, told.id)))
    asked = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", "openapi.json"),
            *("--url", base_url, "--header", f"Authorization: Bearer {key}"),
            *("--seed", "1", "--max-examples", EXAMPLES, "--suppress-health-check", "all"),
            # What fits may still be refused: things that exclude each other, or are not there. And
            # so many wrong keys in a minute are answered in another way: see below.
            *("--exclude-checks", "positive_data_acceptance,ignored_auth"),
            *("--warnings", "off", "--no-color"),
        ],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert asked.returncode == 0, asked.stdout[-8000:] + asked.stderr[-2000:]


def test_nothing_but_the_description_is_answered_without_a_key(served: Server) -> None:
    for path, methods in description.document["paths"].items():
        there = "/v1" + re.sub(r"\{\w+\}", "some", path)
        for method, described in methods.items():
            answer = httpx2.request(method, served.url + there)
            needs_none = described.get("security") == []
            assert answer.status_code == (200 if needs_none else 401), (method, path)
            assert needs_none or answer.json()["error"]["code"] == "missing_api_key"


@pytest.mark.parametrize(
    "words", ["fast reason code", "fast items", "fast tool", "fast refuse", "fail"]
)
def test_every_event_of_a_stream_is_as_it_is_described(
    served: Server, keys: dict[str, str], words: str
) -> None:
    body = {"model": "guide", "input": f"try: {words}", "stream": True, "tools": [WEATHER]}
    headers = {"Authorization": f"Bearer {keys['ada']}"}
    answer = httpx2.post(f"{served.url}/v1/responses", json=body, headers=headers, timeout=50)
    components = description.document["components"]
    described = {"$ref": "#/components/schemas/ResponseStreamEvent", "components": components}
    checker = jsonschema_rs.validator_for(described)
    events = events_in(answer.text)
    assert len(events) > 3
    for event in events:
        checker.validate(event)
