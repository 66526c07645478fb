"""Channels made from what an operator wrote, on the ground that a house gives them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tocsin.channels.apprise_channel import AppriseChannel
from tocsin.channels.base import FailureReason, Message, Permanent
from tocsin.channels.setup import Ground, open_channels
from tocsin.channels.web_push import WebPushChannel, WebPushSettings, key_from
from tocsin.channels.webhook import WebhookChannel
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, Refusal

NOW = datetime(2030, 5, 14, 12, 0, tzinfo=UTC)
TARGET = "https://partner.example/hook"
PUSH = {"contact": "mailto:duty@tocsin.example"}


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(clock=lambda: NOW, secret=bytes(32), folder=tmp_path, deadline_s=24)


def webhook(ground: Ground, **table: object) -> WebhookChannel:
    channel = open_channels({Method.WEBHOOK: table}, ground)[Method.WEBHOOK]
    assert isinstance(channel, WebhookChannel)
    return channel


def test_each_table_opens_the_channel_of_its_method(ground: Ground) -> None:
    tables = {Method.WEBHOOK: {}, Method.WEB_PUSH: PUSH, Method.APPRISE: {"timeout_s": 5}}
    opened = open_channels(tables, ground)
    kinds = {
        Method.WEBHOOK: WebhookChannel,
        Method.WEB_PUSH: WebPushChannel,
        Method.APPRISE: AppriseChannel,
    }
    assert {method: type(channel) for method, channel in opened.items()} == kinds
    assert [channel.name for channel in opened.values()] == [method.value for method in kinds]


def test_targets_keep_their_secrets_after_a_restart_and_lose_them_with_the_houses(
    ground: Ground,
) -> None:
    secret = webhook(ground).secret_for(TARGET)
    assert webhook(ground).secret_for(TARGET) == secret
    assert webhook(replace(ground, secret=b"x" * 32)).secret_for(TARGET) != secret
    assert webhook(ground, secret="one that the operator chose").secret_for(TARGET) != secret


def test_browsers_keep_their_subscriptions_after_a_restart(ground: Ground) -> None:
    def public(secret: bytes) -> str:
        return WebPushSettings(private_key=key_from(secret), **PUSH).application_server_key

    secret = ground.secret_of("web_push")
    assert public(secret) == public(secret) != public(ground.secret_of("webhook"))


@pytest.mark.parametrize("secret", [bytes(32), b"\xff" * 32])
def test_every_secret_makes_a_key(secret: bytes) -> None:
    assert WebPushSettings(private_key=key_from(secret), **PUSH).application_server_key


def test_a_channel_goes_by_the_clock_of_the_house(ground: Ground) -> None:
    push = open_channels({Method.WEB_PUSH: PUSH}, ground)[Method.WEB_PUSH]
    subscription = (
        '{"endpoint":"https://push.example/1",'
        f'"keys":{{"auth":"{"A" * 22}","p256dh":"BA{"A" * 85}"}}}}'
    )
    with pytest.raises(Permanent) as failed:
        push.send(
            Message(
                key="w1.r2",
                to_name="Ana Pop",
                to_address=subscription,
                subject="Warning",
                body="Stay at home.",
                method=Method.WEB_PUSH,
                expires_at=NOW,
            )
        )
    assert failed.value.reason is FailureReason.EXPIRED


@pytest.mark.parametrize(
    ("method", "table", "named"),
    [
        (Method.WEBHOOK, {"secrets": "x"}, "webhook.secrets"),
        (Method.WEBHOOK, {"timeout_s": "soon"}, "webhook.timeout_s"),
        (Method.WEBHOOK, {"ca_file": "nowhere.pem"}, "ca_file"),
        (Method.WEB_PUSH, {}, "web_push.contact"),
        (Method.WEB_PUSH, {"contact": "nobody"}, "contact"),
        (Method.APPRISE, {"plugins": "here"}, "apprise.plugins"),
        (Method.APPRISE, {"deadline_s": 0}, "times"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_by_its_name(
    method: Method, table: dict[str, object], named: str, ground: Ground
) -> None:
    with pytest.raises(Refusal) as refused:
        open_channels({method: table}, ground)
    assert refused.value.code is Code.SETTINGS_INVALID
    assert named in refused.value.what
