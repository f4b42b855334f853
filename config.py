"""Settings of one running Gongzhi, read once from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one installation to the next.

    Paths are absolute. ``database_url`` is a SQLAlchemy URL. Nothing here changes while
    the process runs.
    """

    secret_key: str
    instance: Path
    database_url: str
    site_name_zh: str = "共治 · 星河街道"
    site_name_en: str = "Gongzhi · Xinghe"
    organiser_zh: str = "星河街道办事处"
    organiser_en: str = "Xinghe Sub-district Office"
    filing: str = ""
    default_locale: str = "zh_Hans"
    timezone: str = "Asia/Shanghai"
    base_url: str = "http://127.0.0.1:8000"
    secure_cookies: bool = True
    demo: bool = False
    testing: bool = False
    proxies: int = 0
    jobs: str = "sqlite"
    limits_storage: str = "memory://"
    page_cache_seconds: int = 10
    rate_limits: bool = True
    message_backend: str = "console"
    map_tiles: str = ""
    log_json: bool = True
    ocds_prefix: str = "ocds-000000"  # a placeholder: registered at open-contracting.org
    grants_prefix: str = "360G-placeholder"  # a placeholder: registered at threesixtygiving.org
    log_origin: str = ""
    log_key: str = field(default="", repr=False)
    log_key_file: str = ""
    witnesses: str = ""
    # Findings are public from the "start", or after the "answer", unless auditors say otherwise.
    findings_public: str = "start"
    stripe_key: str = field(default="", repr=False)
    stripe_webhook_secret: str = field(default="", repr=False)
    stripe_methods: tuple[str, ...] = ("card",)
    stripe_base: str = ""  # a stand-in for Stripe on this machine, for the demo and tests
    stripe_connect_seconds: float = 5
    stripe_read_seconds: float = 20

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where payments would be sent to another machine's stand-in."""
        if self.stripe_base and urlsplit(self.stripe_base).hostname not in LOOPBACK:
            raise ValueError("GONGZHI_STRIPE_BASE must be an address of this machine")

    @property
    def media(self) -> Path:
        """Folder of re-encoded public images."""
        return self.instance / "media"

    @property
    def keys(self) -> Path:
        """Folder of secrets that must never be in the database, such as round keys."""
        return self.instance / "keys"

    @property
    def origin(self) -> str:
        """The transparency log's name for ever: by default its address without the scheme."""
        return self.log_origin or f"{urlsplit(self.base_url).netloc}/log"

    @property
    def log_key_path(self) -> Path:
        """File of the key that signs the transparency log."""
        return Path(self.log_key_file) if self.log_key_file else self.keys / "log.key"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read settings from ``env`` (default: the process environment)."""
        env = os.environ if env is None else env
        demo = _flag(env, "GONGZHI_DEMO", default=False)
        instance = Path(env.get("GONGZHI_INSTANCE", ROOT / "instance")).resolve()
        default_db = f"sqlite:///{instance / 'gongzhi.db'}"
        url = psycopg_url(env.get("DATABASE_URL") or default_db)
        texts: dict[str, Any] = {
            name: env[f"GONGZHI_{name.upper()}"]
            for name in _TEXTS
            if env.get(f"GONGZHI_{name.upper()}")
        }
        return cls(
            secret_key=env.get("SECRET_KEY") or _stored_secret(instance),
            instance=instance,
            database_url=url,
            secure_cookies=_flag(env, "GONGZHI_SECURE_COOKIES", default=not demo),
            demo=demo,
            proxies=int(env.get("GONGZHI_PROXIES", "0")),
            page_cache_seconds=int(env.get("GONGZHI_PAGE_CACHE_SECONDS", "10")),
            rate_limits=_flag(env, "GONGZHI_RATE_LIMITS", default=True),
            log_json=_flag(env, "GONGZHI_LOG_JSON", default=not demo),
            stripe_methods=tuple(
                env.get("GONGZHI_STRIPE_METHODS", "card").replace(",", " ").split()
            ),
            stripe_connect_seconds=float(env.get("GONGZHI_STRIPE_CONNECT_SECONDS", "5")),
            stripe_read_seconds=float(env.get("GONGZHI_STRIPE_READ_SECONDS", "20")),
            **texts,
        )


_TEXTS = (
    "site_name_zh",
    "site_name_en",
    "organiser_zh",
    "organiser_en",
    "filing",
    "default_locale",
    "timezone",
    "base_url",
    "jobs",
    "limits_storage",
    "message_backend",
    "map_tiles",
    "ocds_prefix",
    "grants_prefix",
    "log_origin",
    "log_key",
    "log_key_file",
    "witnesses",
    "findings_public",
    "stripe_key",
    "stripe_webhook_secret",
    "stripe_base",
)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    return env.get(name, str(default)).lower() in {"1", "true", "yes", "on"}


def _words(typed: str) -> tuple[str, ...]:
    return tuple(typed.replace(",", " ").split())


def psycopg_url(url: str) -> str:
    """SQLAlchemy reads a bare ``postgresql://`` as psycopg2, which is not installed."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _stored_secret(instance: Path) -> str:
    """A secret made at first start and kept beside the data, readable by its owner only."""
    path = instance / "secret_key"
    instance.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
            out.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text().strip()
