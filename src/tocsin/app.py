"""The composition root: settings in, a house that can act out."""

import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tocsin.casework import completeness, log_keys
from tocsin.casework.house import App, Clock, HouseKeys, Randomness
from tocsin.channels import Channel, Outbox
from tocsin.channels.setup import Ground, open_channels
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal, refuse
from tocsin.policy import access
from tocsin.policy.beside import AND, InForce, gather, load, name_of
from tocsin.record.note import MAX_SIGNATURES
from tocsin.record.sealing import Vault
from tocsin.record.trust import TrustPolicy
from tocsin.record.trust import parse as parse_trust
from tocsin.settings import Settings
from tocsin.store import packs
from tocsin.store.engine import Store

__all__ = ["App", "Clock", "Randomness", "build"]


def build(
    settings: Settings,
    *,
    clock: Clock = lambda: datetime.now(UTC),
    randomness: Randomness = secrets.token_bytes,
    channels: Mapping[Method, Channel] | None = None,
) -> App:
    """Open the database (migrated), the keys and the policy in force.

    Raises Refusal for bad settings or packs, and when the database is away.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(
            Code.SETTINGS_INVALID,
            f"Tocsin did not start: its data folder cannot be made ({type(error).__name__}).",
            "Choose another with TOCSIN_DATA_DIR, or make it yours to write.",
        )
    policy = _policy(settings.policy_pack)
    keys = HouseKeys.derive(_house_key(settings.key_file, randomness))
    vault = Vault(keys.wrapping)
    store = Store(settings.store_url)
    store.migrate((vault, randomness))
    with store.write() as db:
        packs.put_pack(db, pack_hash=policy.pack_hash, name=policy.name, text=policy.text)
    given = _channels(settings, keys, clock) if channels is None else (channels, {})
    app = App(
        settings=settings,
        store=store,
        access=access.shipped(),
        policy=policy,
        keys=keys,
        vault=vault,
        channels=given[0],
        list_channels=given[1],
        outbox=Outbox(settings.data_dir / "outbox", clock),
        clock=clock,
        randomness=randomness,
        packs={policy.pack_hash: policy},
        trust=_trust(settings.trust_policy),
    )
    try:
        log_keys.begin(app)
        completeness.begin(app)
    except Refusal:
        app.close()
        raise
    return app


MOST_WITNESS_KEYS = MAX_SIGNATURES - 4  # a log may sign with two generations of two keys


def _policy(setting: str) -> InForce:
    """The packs named, with a plus sign between those that apply beside each other."""
    names = setting.split(AND)
    return load(gather(names), name=name_of(Path(name).stem for name in names))


def _trust(path: Path | None) -> TrustPolicy | None:
    if path is None:
        return None
    try:
        trust = parse_trust(path.read_bytes())
    except (OSError, ValueError) as error:
        why = str(error) if isinstance(error, ValueError) else type(error).__name__
        refuse(
            Code.SETTINGS_INVALID,
            f"Tocsin did not start: its trust policy cannot be read ({why}).",
            "Mend the file that TOCSIN_TRUST_POLICY names, or unset it.",
        )
    if len(trust.witnesses) > MOST_WITNESS_KEYS:
        refuse(
            Code.SETTINGS_INVALID,
            f"Tocsin did not start: its trust policy has over {MOST_WITNESS_KEYS} witness keys.",
            "A checkpoint does not hold as many signatures; name fewer.",
        )
    return trust


LIST_CONNECTIONS = 8


def _channels(
    settings: Settings, keys: HouseKeys, clock: Clock
) -> tuple[Mapping[Method, Channel], Mapping[Method, Channel]]:
    """Every channel that the settings describe, and those that lists have to themselves."""
    mail = settings.mail.model_dump(exclude_none=True) if settings.mail else None
    tables = {
        Method.EMAIL: mail,
        Method.SMS: settings.sms,
        Method.XMPP: settings.xmpp,
        Method.MATRIX: settings.matrix,
        Method.WEBHOOK: settings.webhook,
        Method.WEB_PUSH: settings.web_push,
        Method.APPRISE: settings.apprise,
    }
    ground = Ground(
        clock=clock,
        secret=keys.channels,
        folder=settings.data_dir,
        # Well within the lease, so that a slow send is never overtaken by another worker.
        deadline_s=min(60, 0.8 * settings.lease_s),
    )
    wanted = {method: table for method, table in tables.items() if table is not None}
    lists = {Method.EMAIL: mail | {"connections": LIST_CONNECTIONS}} if mail else {}
    return open_channels(wanted, ground), open_channels(lists, ground)


def _house_key(path: Path, randomness: Randomness) -> bytes:
    """The key every process of this house shares; made once, readable by its owner alone."""
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(randomness(32).hex() + "\n", "ascii")
        try:
            # link, not rename: whoever comes second must not replace the first one's key.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != 32:
        refuse(
            Code.SETTINGS_INVALID,
            "Tocsin did not start: its house key cannot be read.",
            "Restore house.key in the data folder: 64 hexadecimal digits.",
        )
    return key
