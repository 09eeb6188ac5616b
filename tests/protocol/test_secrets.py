"""Secrets that others repeat are covered."""

from conversations.protocol.secrets import COVER, covered, secrets_in


def test_what_headers_hold_is_secret_but_for_how_it_is_said() -> None:
    assert secrets_in(["Bearer swordfish", "Basic c3dvcmQ=", "7", "swordfish"]) == [
        "swordfish",
        "c3dvcmQ=",
    ]


def test_wherever_a_secret_stands_it_is_covered() -> None:
    said = {"error": {"message": "No swordfish here."}, "list": ["swordfish", 1, None], "n": 2.5}
    assert covered(said, ["swordfish"]) == {
        "error": {"message": f"No {COVER} here."},
        "list": [COVER, 1, None],
        "n": 2.5,
    }
