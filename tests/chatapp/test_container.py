"""The image and what compose.yaml runs, as far as that can be seen without an engine."""

import re
from pathlib import Path

from chatapp.environment import Environment
from conversations.turns.handover import FLUSH_WITHIN_SECONDS
from conversations.turns.running import STORE_WITHIN_SECONDS

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "compose.yaml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_only_what_is_named_gets_into_the_image_and_all_of_it_is_there() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    named = [rule.removeprefix("!") for rule in rules if rule.startswith("!")]
    assert [name for name in named if not (ROOT / name).exists()] == []
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    files = [file for line in copied for file in line.split() if file != "."]
    assert [file for file in files if file.split("/")[0] not in named] == []


def test_the_app_does_not_run_as_root() -> None:
    last_stage = DOCKERFILE.rpartition("FROM ")[2]
    assert re.search(r"^USER chatapp$", last_stage, re.MULTILINE)


def test_one_service_makes_the_image_and_nobody_fetches_one_of_that_name() -> None:
    # Several that make it at once fail each other: "image already exists".
    assert re.findall(r"^  (\w+):\n(?:    .*\n)*?    build: \.$", COMPOSE, re.MULTILINE) == [
        "migrate"
    ]
    assert len(re.findall(r"\bbuild:", COMPOSE)) == 1
    assert re.search(
        r"^x-web: &web\n  image: chatapp\n(?:  .*\n)*?  pull_policy: never$", COMPOSE, re.MULTILINE
    )


def test_what_is_mounted_from_here_is_here() -> None:
    mounted = re.findall(r"^      - \./([^:]+):", COMPOSE, re.MULTILINE)
    assert "deploy/Caddyfile" in mounted
    assert [path for path in mounted if not (ROOT / path).is_file()] == []


def test_no_stranger_can_have_the_processes_left_out_by_the_proxy() -> None:
    # Caddy would count a request with too long a body as a failure of the process that it went to.
    lines = (ROOT / "deploy" / "Caddyfile").read_text().splitlines()
    said = [line.split()[0] for line in lines if line.strip() and not line.strip().startswith("#")]
    assert "health_uri" in said
    assert "fail_duration" not in said


def test_a_process_has_the_time_for_an_orderly_end() -> None:
    (period,) = set(re.findall(r"stop_grace_period: (\d+)s\n  depends_on", COMPOSE))
    grace = Environment.model_fields["grace_seconds"].default
    assert int(period) > grace + STORE_WITHIN_SECONDS + FLUSH_WITHIN_SECONDS


def test_the_example_names_only_variables_that_somebody_reads() -> None:
    example = (ROOT / "deploy" / "example.env").read_text()
    named = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    read = {name.upper() for name in Environment.model_fields}
    assert named <= read | set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))
    assert "SECRET_KEY" in named


def test_what_compose_needs_to_be_told_is_in_the_example_and_no_secret_is_in_either() -> None:
    example = (ROOT / "deploy" / "example.env").read_text()
    needed = set(re.findall(r"\$\{([A-Z_]+):\?", COMPOSE))
    assert needed == {"DOMAIN", "POSTGRES_PASSWORD"}
    assert all(re.search(rf"^{name}=", example, re.MULTILINE) for name in needed)
    assert re.search(r"^POSTGRES_PASSWORD=$", example, re.MULTILINE)
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()
