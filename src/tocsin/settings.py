"""Settings: a TOML file and the environment, nothing unknown accepted, safe when absent."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from tocsin.domain.refusal import Code, refuse


class MailSettings(BaseModel):
    """The mail server that warnings and bells go through."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["tls", "starttls", "none"] = "starttls"
    username: str = ""
    password: str = Field(default="", repr=False)
    sender: str
    sender_name: str = "Duty to warn"
    ca_file: Path | None = None
    timeout_s: Annotated[float, Field(gt=0, le=120)] = 20
    connections: Annotated[int, Field(ge=1, le=64)] = 8
    dkim_selector: str = ""
    dkim_key_file: Path | None = None
    mailbox: dict[str, Any] | None = Field(default=None, repr=False)


Table = dict[str, Any]
"""The settings of a channel, read strictly by the channel itself when it is set up."""


class PublicSettings(BaseModel):
    """Who warns the public: without it nothing goes public.

    `sender` names the house among all senders of CAP messages, as an address or a domain; without
    a key of one's own the house makes one, and a certificate that partners pin.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    sender: Annotated[str, Field(pattern=r"^[^\s,<&]{1,200}$")]
    sender_name: Annotated[str, Field(max_length=200)] = ""
    web: Annotated[str, Field(pattern=r"^(https://\S+)?$", max_length=500)] = ""
    prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,20}$")] = "TOCSIN"
    key_file: Path | None = None
    certificate_file: Path | None = None


class Settings(BaseSettings):
    """What an operator may set; environment variables begin with TOCSIN_."""

    model_config = SettingsConfigDict(
        env_prefix="TOCSIN_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    data_dir: Path = Path("data")
    database_url: str = ""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    public_url: str = ""
    policy_pack: str = "us_ic_icd191"
    report_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)] = 10_000_000
    lease_s: Annotated[int, Field(ge=5, le=3_600)] = 60
    dispatch_batch: Annotated[int, Field(ge=1, le=1_000)] = 200
    session_hours: Annotated[int, Field(ge=1, le=168)] = 12
    invite_hours: Annotated[int, Field(ge=1, le=168)] = 24
    log_origin: Annotated[str, Field(pattern=r"^[^\s+]*$", max_length=200)] = ""
    trust_policy: Path | None = None
    witness_every_s: Annotated[int, Field(ge=1, le=86_400)] = 60
    witness_alarm_s: Annotated[int, Field(ge=60, le=31_536_000)] = 3_600
    cover_every_s: Annotated[int, Field(ge=0, le=86_400)] = 60
    cover_leaves: Annotated[int, Field(ge=1, le=1_000)] = 4
    timestamp_url: str = ""
    mail: MailSettings | None = None
    public: PublicSettings | None = None
    sms: Table | None = Field(default=None, repr=False)
    xmpp: Table | None = Field(default=None, repr=False)
    matrix: Table | None = Field(default=None, repr=False)
    webhook: Table | None = Field(default=None, repr=False)
    web_push: Table | None = Field(default=None, repr=False)
    apprise: Table | None = Field(default=None, repr=False)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The environment outranks the file, which arrives as init arguments.
        return env_settings, init_settings

    @property
    def store_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'tocsin.sqlite'}"

    @property
    def base_url(self) -> str:
        """How people reach this house, without a slash at the end.

        The loopback address is called localhost: a passkey belongs to a name, never to a number.
        """
        host = "localhost" if self.host == "127.0.0.1" else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def house(self) -> str:
        """What recipients know this house by; "" where nobody has said."""
        return self.mail.sender_name if self.mail else ""

    @property
    def key_file(self) -> Path:
        return self.data_dir / "house.key"


OWN = {"TOCSIN_CONFIG", "TOCSIN_TOKEN"}


def load(path: Path | None = None, **overrides: Any) -> Settings:
    """Settings from `path` (or TOCSIN_CONFIG) and the environment.

    Raises Refusal SETTINGS_INVALID naming the setting; unknown ones are errors.
    """
    if path is None and os.environ.get("TOCSIN_CONFIG"):
        path = Path(os.environ["TOCSIN_CONFIG"])
    try:
        written = tomllib.loads(path.read_text("utf-8")) if path else {}
        _no_strangers()
        return Settings(**(written | overrides))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        refuse(
            Code.SETTINGS_INVALID,
            f"Tocsin did not start: the settings file cannot be read ({error}).",
            "Mend the file, or unset TOCSIN_CONFIG.",
        )
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        refuse(
            Code.SETTINGS_INVALID,
            f"Tocsin did not start: setting {name!r}: {first['msg']}.",
            "Mend it in the settings file or the environment.",
        )


def _no_strangers() -> None:
    """An environment variable of ours that means nothing is a typing error, not a wish."""
    names = {f"TOCSIN_{name.upper()}" for name in Settings.model_fields} | OWN
    for name in os.environ:
        if name.startswith("TOCSIN_") and name.split("__")[0] not in names:
            refuse(
                Code.SETTINGS_INVALID,
                f"Tocsin did not start: there is no setting {name}.",
                "Unset it or correct its name.",
            )
