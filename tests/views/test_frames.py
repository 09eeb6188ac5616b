"""The frame that draws diagrams has no origin, reaches nothing, and stands in our pages alone."""

from django.test import Client

from chatapp.accounts.models import User


def test_the_frame_is_sandboxed_by_its_own_policy(client: Client) -> None:
    answer = client.get("/frames/mermaid/")
    policy = answer["Content-Security-Policy"]
    directives = {part.split()[0]: part.split()[1:] for part in policy.split("; ") if part}
    assert directives["sandbox"] == ["allow-scripts"]
    assert directives["default-src"] == ["'none'"]
    assert directives["frame-ancestors"] == ["'self'"]
    assert "connect-src" not in directives
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert client.post("/frames/mermaid/").status_code == 405


def test_only_pages_with_a_transcript_may_hold_the_frame(client: Client, owner: User) -> None:
    client.force_login(owner)
    assert "frame-src 'self'" in client.get("/")["Content-Security-Policy"]
    assert "frame-src" not in client.get("/healthz")["Content-Security-Policy"]
    assert "frame-src" not in client.get("/accounts/password/")["Content-Security-Policy"]
