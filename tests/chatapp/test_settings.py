"""What an operator's environment becomes."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from channels.layers import InMemoryChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings as configured
from django.http.request import split_domain_port, validate_host
from django.test import RequestFactory
from django.utils.module_loading import import_string
from django.views.debug import SafeExceptionReporterFilter, technical_500_response
from pydantic import ValidationError
from pytest_django import Settings

from chatapp.environment import Environment
from chatapp.settings import _channel_layer


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("HOST", "PORT", "ORIGINS", "DATABASE_URL", "CAVEAT"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_every_middleware_is_async_capable_because_another_would_hang_the_server_at_its_end() -> (
    None
):
    for path in configured.MIDDLEWARE:
        assert import_string(path).async_capable, path


def test_without_origins_browsers_use_this_machine(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PORT", "9000")
    assert Environment().public_origins() == [
        "http://127.0.0.1:9000",
        "http://localhost:9000",
        "http://[::1]:9000",
    ]


@pytest.mark.parametrize(
    ("host", "first"),
    [
        ("192.0.2.7", "http://192.0.2.7:8000"),
        ("2001:db8::7", "http://[2001:db8::7]:8000"),
        ("::1", "http://[::1]:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://127.0.0.1:8000"),
    ],
)
def test_the_address_to_tell_people_is_the_one_listened_at_when_browsers_can_use_it(
    environment: pytest.MonkeyPatch, host: str, first: str
) -> None:
    environment.setenv("HOST", host)
    assert Environment().public_origins()[0] == first


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "2001:db8::7"])
def test_every_origin_offered_by_default_is_a_host_that_django_accepts(
    environment: pytest.MonkeyPatch, host: str
) -> None:
    environment.setenv("HOST", host)
    hosts = Environment().public_hosts()
    for origin in Environment().public_origins():
        domain, _port = split_domain_port(urlsplit(origin).netloc)
        assert validate_host(domain, hosts), origin


def test_origins_are_separated_by_commas(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ORIGINS", "https://chat.example/, https://chat.test")
    assert Environment().public_origins() == ["https://chat.example", "https://chat.test"]


def test_an_empty_variable_is_one_that_is_not_set(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PORT", "")
    assert Environment().port == 8000


@pytest.mark.parametrize("said", ["Ask a colleague before you act on it.", ""])
def test_the_caveat_is_the_operators_own_and_an_empty_one_is_none(
    environment: pytest.MonkeyPatch, said: str
) -> None:
    assert Environment().caveat is None
    environment.setenv("CAVEAT", said)
    assert Environment().caveat == said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("PORT", "0"),
        ("REDIS_URL", "localhost:6379"),
        ("CAVEAT", "x" * 301),
    ],
)
def test_a_wrong_value_names_its_variable(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(ValidationError, match=name.lower()):
        Environment()


def test_a_wrong_address_is_refused_without_its_password(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("REDIS_URL", "http://:hunter-2@localhost/0")
    with pytest.raises(ValidationError, match="redis_url") as refused:
        Environment()
    assert "hunter" not in str(refused.value)


def test_the_database_is_in_the_data_folder_unless_another_is_named(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("DATA_DIR", str(tmp_path))
    assert Environment().database() == f"sqlite:///{tmp_path}/chatapp.sqlite3"
    environment.setenv("DATABASE_URL", "postgres://localhost/chat")
    assert Environment().database() == "postgres://localhost/chat"


def test_no_secret_stands_in_what_a_traceback_would_show_of_the_environment(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("DATABASE_URL", "postgres://chat:hidden-1@localhost/chat")
    environment.setenv("SECRET_KEY_FALLBACKS", "hidden-2,hidden-3")
    environment.setenv("SECRET_KEY", "hidden-4")
    environment.setenv("REDIS_URL", "redis://:hidden-5@localhost/0")
    shown = repr(Environment())
    assert "hidden" not in shown
    assert "port=8000" in shown


def test_the_address_of_redis_stands_in_no_error_page_because_it_may_hold_a_password(
    settings: Settings, rf: RequestFactory
) -> None:
    settings.REDIS_URL = "redis://:hunter-2@localhost/0"
    settings.CHANNEL_LAYERS = {"default": _channel_layer(settings.REDIS_URL)}
    settings.DEBUG = True
    page = technical_500_response(rf.get("/"), ValueError, ValueError("broken"), None)
    assert b"DEFAULT_EXCEPTION_REPORTER_FILTER" in page.content
    assert b"hunter-2" not in page.content


def test_the_headers_and_the_proxy_of_a_provider_stand_in_no_error_page(
    settings: Settings, rf: RequestFactory, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("OPENAI_CUSTOM_HEADERS", "X-Key: hunter-3")
    environment.setenv("OPENAI_PROXY", "http://me:hunter-3@proxy.example")
    settings.OPENAI_CONNECTION = Environment().openai_connection()
    settings.DEBUG = True
    page = technical_500_response(rf.get("/"), ValueError, ValueError("broken"), None)
    assert settings.OPENAI_CONNECTION.keys() == {"headers", "proxy"}
    assert b"hunter-3" not in page.content
    assert "hunter-3" not in repr(Environment())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_CUSTOM_HEADERS", "Host: hunter.example"),
        ("OPENAI_CUSTOM_HEADERS", "hunter"),
        ("OPENAI_PROXY", "ftp://hunter.example"),
        ("OPENAI_SILENCE_SECONDS", "0"),
    ],
)
def test_what_a_provider_can_not_be_reached_with_is_refused(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(ValidationError, match=name.lower()):
        Environment()


def test_a_key_and_another_authorization_are_one_too_many(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Basic abc")
    assert Environment().openai_connection() == {"headers": "Authorization: Basic abc"}
    environment.setenv("OPENAI_API_KEY", "sk-1")
    with pytest.raises(ValidationError, match="leave OPENAI_API_KEY empty"):
        Environment()


def test_hints_stay_in_the_process_unless_a_redis_is_named() -> None:
    assert import_string(_channel_layer("")["BACKEND"]) is InMemoryChannelLayer
    layer = _channel_layer("redis://localhost/3")
    assert issubclass(import_string(layer["BACKEND"]), RedisPubSubChannelLayer)
    assert layer["CONFIG"]["hosts"][0]["address"] == "redis://localhost/3"


def test_no_setting_of_djangos_error_page_holds_the_whole_environment() -> None:
    for name in dir(configured):
        assert not isinstance(getattr(configured, name), Environment), name
    page = SafeExceptionReporterFilter().get_safe_settings()
    for name in ("SECRET_KEY", "SECRET_KEY_FALLBACKS", "ENCRYPTION_KEY", "OPENAI_API_KEY"):
        assert page[name] == SafeExceptionReporterFilter.cleansed_substitute


def test_the_hosts_to_look_at_have_a_port_or_none(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("LOCAL_HOSTS", "host.docker.internal, gpu.lan:9000,[::1]:8000")
    hosts = ["host.docker.internal", "gpu.lan:9000", "[::1]:8000"]
    assert Environment().local_hosts == hosts


@pytest.mark.parametrize("host", ["http://gpu.lan", "gpu.lan/v1", "a@gpu.lan", "gpu.lan:70000"])
def test_what_is_no_host_is_refused(environment: pytest.MonkeyPatch, host: str) -> None:
    environment.setenv("LOCAL_HOSTS", host)
    with pytest.raises(ValidationError, match="local_hosts"):
        Environment()


def test_hosts_of_the_web_are_named_one_by_one(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("WEB_INTERNAL_HOSTS", "wiki.local, 10.0.0.7:8080")
    environment.setenv("WEB_READING", "0")

    assert Environment().web_internal_hosts == ["wiki.local", "10.0.0.7:8080"]
    assert not Environment().web_reading


@pytest.mark.parametrize("name", ["WEB_HOSTS", "WEB_FORBIDDEN_HOSTS", "WEB_INTERNAL_HOSTS"])
def test_what_is_no_host_is_refused_at_the_start(
    environment: pytest.MonkeyPatch, name: str
) -> None:
    environment.setenv(name, "wiki.local,https://example.org")
    with pytest.raises(ValidationError, match="is no host"):
        Environment()
