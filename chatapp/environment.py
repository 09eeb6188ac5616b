"""The environment variables that configure an installation, typed and checked in one place."""

import os
import re
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from chatapp.data_dir import default_data_dir, secrets_dir
from conversations.network.reach import Place
from conversations.protocol.headers import AUTHORIZATION, names_of, parsed
from conversations.protocol.proxies import checked
from conversations.providers.config import PROXY_SCHEMES

EVERY_INTERFACE = ("0.0.0.0", "::")  # noqa: S104 (compared only)

HOST_AND_PORT = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?")
REDIS_SCHEMES = ("redis", "rediss", "unix")


def _comma_separated(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _bracketed(host: str) -> str:
    """A host as addresses write it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


Seconds = Annotated[int | None, Field(ge=1, le=24 * 3600)]


class Environment(BaseSettings):
    """What an operator may set; docs/running.md explains each variable.

    A secret that is not set is looked for in a file of its name, in DATA_DIR/secrets.
    """

    model_config = SettingsConfigDict(
        extra="ignore",
        env_ignore_empty=True,
        secrets_dir=secrets_dir(),
        hide_input_in_errors=True,  # a wrong value may hold a password all the same
    )

    debug: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    origins: Annotated[list[str], NoDecode] = []
    trust_proxy: bool = False
    data_dir: Path = Field(default_factory=default_data_dir)
    database_url: SecretStr = SecretStr("")
    redis_url: SecretStr = SecretStr("")
    language_code: str = "en"
    time_zone: str = "UTC"
    log_level: str = "INFO"
    grace_seconds: float = Field(default=20, ge=0)
    temporary_hours: float = Field(default=24, gt=0, le=24 * 365)
    memory: bool = True
    upload_quota_mb: int = Field(default=2_000, ge=0)
    # The one variable whose emptiness says something; None is a variable that is not set.
    caveat: str | None = Field(default_factory=lambda: os.environ.get("CAVEAT"), max_length=300)

    secret_key: SecretStr = SecretStr("")
    secret_key_fallbacks: Annotated[list[SecretStr], NoDecode] = []
    encryption_key: SecretStr = SecretStr("")

    share_public: bool = True

    web_reading: bool = True
    web_hosts: Annotated[list[str], NoDecode] = []
    web_forbidden_hosts: Annotated[list[str], NoDecode] = []
    web_internal_hosts: Annotated[list[str], NoDecode] = []

    openai_api_key: SecretStr = SecretStr("")
    openai_base_url: str = ""
    openai_model: Annotated[list[str], NoDecode] = []
    openai_background: bool | None = None
    openai_org_id: str = ""
    openai_project_id: str = ""
    openai_proxy: SecretStr = SecretStr("")
    openai_custom_headers: SecretStr = SecretStr("")
    openai_connect_seconds: Seconds = None
    openai_first_event_seconds: Seconds = None
    openai_silence_seconds: Seconds = None
    openai_total_seconds: Seconds = None
    local_hosts: Annotated[list[str], NoDecode] = []

    _lists = field_validator(
        "origins",
        "secret_key_fallbacks",
        "web_hosts",
        "web_forbidden_hosts",
        "web_internal_hosts",
        "openai_model",
        "local_hosts",
        mode="before",
    )(_comma_separated)

    @field_validator("web_hosts", "web_forbidden_hosts", "web_internal_hosts")
    @classmethod
    def _are_places(cls, hosts: list[str]) -> list[str]:
        for host in hosts:
            Place.of(host)
        return hosts

    @field_validator("local_hosts")
    @classmethod
    def _are_hosts(cls, hosts: list[str]) -> list[str]:
        for host in hosts:
            if not HOST_AND_PORT.fullmatch(host) or urlsplit(f"//{host}").port == 0:
                raise ValueError("names of hosts, each with or without :port")
        return hosts

    @field_validator("redis_url")
    @classmethod
    def _has_a_scheme(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value() and urlsplit(url.get_secret_value()).scheme not in REDIS_SCHEMES:
            raise ValueError(f"begins with one of {', '.join(REDIS_SCHEMES)}, and ://")
        return url

    @field_validator("openai_proxy")
    @classmethod
    def _is_a_proxy(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value():
            checked(url.get_secret_value(), PROXY_SCHEMES)
        return url

    @field_validator("openai_custom_headers")
    @classmethod
    def _are_headers(cls, lines: SecretStr) -> SecretStr:
        parsed(lines.get_secret_value())
        return lines

    @model_validator(mode="after")
    def _has_one_authorization(self) -> Self:
        headers = parsed(self.openai_custom_headers.get_secret_value())
        if AUTHORIZATION in names_of(headers) and self.openai_api_key.get_secret_value():
            raise ValueError("OPENAI_CUSTOM_HEADERS has Authorization: leave OPENAI_API_KEY empty")
        return self

    def openai_connection(self) -> dict[str, str | int]:
        """What is said of how the provider is reached, by the column it stands for."""
        said = {
            "organization": self.openai_org_id,
            "project": self.openai_project_id,
            "proxy": self.openai_proxy.get_secret_value(),
            "headers": self.openai_custom_headers.get_secret_value(),
            "connect_seconds": self.openai_connect_seconds,
            "first_event_seconds": self.openai_first_event_seconds,
            "silence_seconds": self.openai_silence_seconds,
            "total_seconds": self.openai_total_seconds,
        }
        return {name: value for name, value in said.items() if value}

    def public_origins(self) -> list[str]:
        """The origins that browsers may use: scheme, host and port, without a slash at the end.

        The first is the one to tell people.
        """
        if self.origins:
            return [origin.rstrip("/") for origin in self.origins]
        own = [] if self.host in EVERY_INTERFACE else [self.host]
        hosts = dict.fromkeys([*own, "127.0.0.1", "localhost", "::1"])
        return [f"http://{_bracketed(host)}:{self.port}" for host in hosts]

    def public_hosts(self) -> list[str]:
        """The hosts of the public origins, as Django's ALLOWED_HOSTS wants them."""
        return [_bracketed(urlsplit(origin).hostname or "") for origin in self.public_origins()]

    def database(self) -> str:
        """The database's URL: SQLite in the data folder unless another is named."""
        named = self.database_url.get_secret_value()
        return named or f"sqlite:///{self.data_dir / 'chatapp.sqlite3'}"
