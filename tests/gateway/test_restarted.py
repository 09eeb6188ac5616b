"""What a script finds again after the server was killed."""

import shutil
from pathlib import Path

from tests.gateway.conftest import client_of
from tests.gateway.test_creating import WEATHER, ask
from tests.gateway.test_own_tools import CALCULATE
from tests.gateway.test_stored import ended, until
from tests.support.server import add_people, running_server


def test_a_stream_whose_events_are_gone_is_told_from_what_is_stored(
    migrated: Path, tmp_path: Path
) -> None:
    shutil.copytree(migrated, tmp_path / "data")
    with running_server(tmp_path / "data", {"GRACE_SECONDS": "1"}) as server:
        add_people(server.data_dir, ["ada"])
        key = server.manage("create_key", "ada", "Notebook").strip()
        with client_of(server, key) as client:
            given = [
                ask(client, "try: reason table", metadata={"run": "1"}),
                ask(client, "The weather in Rome?", tools=[WEATHER]),
                ask(client, "try: refuse"),
                ask(client, "What is 17 * 23?", tools=[CALCULATE]),
                ask(
                    client, "What is 17 * 23?", tools=[{**CALCULATE, "require_approval": "always"}]
                ),
            ]
            running = ask(client, "try: slow 200 long 1000", background=True)
            # Before anything of it is stored, it would be asked again, from its beginning.
            until(lambda: bool(client.responses.retrieve(running.id).output))
            server.kill()
            server.start()
            for before in given:
                events = list(client.responses.retrieve(before.id, stream=True))
                assert events[0].type == "response.created"
                assert events[-1].type == "response.completed"
                assert events[-1].response.to_dict() == before.to_dict()
                assert [event.sequence_number for event in events] == list(range(len(events)))
                texts = [each.delta for each in events if each.type == "response.output_text.delta"]
                assert "".join(texts) == before.output_text
                rest = list(client.responses.retrieve(before.id, stream=True, starting_after=3))
                assert [event.type for event in rest] == ["response.completed"]
                assert rest[0].sequence_number == 4
            # The guide has forgotten it: a stream that is read on ends, and says how.
            assert ended(client, running.id).status == "failed"
            (last,) = client.responses.retrieve(running.id, stream=True, starting_after=100_000)
            assert last.type == "response.failed"
