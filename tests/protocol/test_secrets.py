"""Secrets that others repeat are covered."""

from conversations.protocol.secrets import COVER, covered, secrets_in


def test_what_headers_hold_is_secret_but_for_how_it_is_said() -> None:
    headers = {
        "Authorization": "Bearer swordfish",
        "X-Key": "Basic c3dvcmQ=",
        "X-Ours": "swordfish",
    }
    assert secrets_in([*headers.items(), ("X-Level", "7")]) == ["swordfish", "c3dvcmQ="]


def test_the_words_of_a_header_are_nobodys_secret() -> None:
    secrets = secrets_in([("X-Team", "research department"), ("Authorization", "Bearer swordfish")])
    assert covered("The research is done.", secrets) == "The research is done."
    assert covered("For the research department.", secrets) == f"For the {COVER}."


def test_what_holds_another_secret_is_covered_whole() -> None:
    assert covered("password-1", secrets_in([("X-A", "password"), ("X-B", "password-1")])) == COVER


def test_what_names_an_item_or_event_is_left_and_its_texts_are_covered() -> None:
    secrets = secrets_in([("X-Mode", "completed")])
    item = {
        "type": "function_call",
        "name": "completed",
        "call_id": "completed",
        "role": "completed",
    }
    event = {
        "type": "response.completed",
        "item_id": "completed",
        "response": {"id": "completed", "status": "completed", "output": [item]},
    }
    assert covered(event, secrets) == event
    assert covered({**item, "arguments": "completed"}, secrets)["arguments"] == COVER


def test_wherever_a_secret_stands_it_is_covered() -> None:
    said = {"error": {"message": "No swordfish here."}, "list": ["swordfish", 1, None], "n": 2.5}
    assert covered(said, ["swordfish"]) == {
        "error": {"message": f"No {COVER} here."},
        "list": [COVER, 1, None],
        "n": 2.5,
    }
