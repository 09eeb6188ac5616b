"""The environment variables that configure an installation, typed and checked in one place."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from chatapp.data_dir import default_data_dir, secrets_dir


def _comma_separated(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


class Environment(BaseSettings):
    """What an operator may set; README.md explains each variable.

    A secret that is not set is looked for in a file of its name, in DATA_DIR/secrets.
    """

    model_config = SettingsConfigDict(
        extra="ignore", env_ignore_empty=True, secrets_dir=secrets_dir()
    )

    debug: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    origins: Annotated[list[str], NoDecode] = []
    trust_proxy: bool = False
    data_dir: Path = Field(default_factory=default_data_dir)
    database_url: str = ""
    language_code: str = "en"
    time_zone: str = "UTC"
    log_level: str = "INFO"

    secret_key: SecretStr = SecretStr("")
    secret_key_fallbacks: Annotated[list[str], NoDecode] = []
    encryption_key: SecretStr = SecretStr("")

    openai_api_key: SecretStr = SecretStr("")
    openai_base_url: str = ""
    openai_model: Annotated[list[str], NoDecode] = []

    _lists = field_validator("origins", "secret_key_fallbacks", "openai_model", mode="before")(
        _comma_separated
    )

    def public_origins(self) -> list[str]:
        """The origins that browsers may use: scheme, host and port, without a slash at the end."""
        if self.origins:
            return [origin.rstrip("/") for origin in self.origins]
        hosts = dict.fromkeys(["localhost", "127.0.0.1", "[::1]", self.host])
        return [f"http://{host}:{self.port}" for host in hosts]

    def database(self) -> str:
        """The database's URL: SQLite in the data folder unless another is named."""
        return self.database_url or f"sqlite:///{self.data_dir / 'chatapp.sqlite3'}"
