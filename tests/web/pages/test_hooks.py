"""A partner's system posts a signed receipt; nothing else gets in there."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from tests.builders import FINN
from tests.support.house import a_client
from tests.web.pages.road import Warned, warned
from tocsin.casework.handle import handle
from tocsin.channels.webhook import WebhookChannel, WebhookSettings
from tocsin.domain import commands as c
from tocsin.domain.actor import SYSTEM
from tocsin.domain.case import DeliveryState
from tocsin.domain.kinds import Method, Relation

TARGET = "https://partner.example/warnings"
CHANNEL = WebhookChannel(WebhookSettings(secret=b"a secret of the house"))
SECRET = CHANNEL.secret_for(TARGET)


@pytest.fixture
def sent(house) -> Warned:
    """A warning handed over to a partner's system."""
    case = warned(house)
    house.channels = {Method.WEBHOOK: CHANNEL}
    named = {"victim_id": "v1", "name": "A partner service", "relation": Relation.PROTECTOR}
    to = c.NameRecipient(case_id=case.case_id, method=Method.WEBHOOK, address=TARGET, **named)
    handle(house, to, FINN)
    plan = c.PlanDelivery(case_id=case.case_id, warning_id="w1", recipient_id="r2")
    sent = replace(case, delivery_id=list(handle(house, plan, FINN).deliveries)[-1])
    attempt = {"case_id": case.case_id, "delivery_id": sent.delivery_id}
    handle(house, c.StartAttempt(**attempt), SYSTEM)
    handle(house, c.RecordAttempt(**attempt, attempt=1, result="handed_over"), SYSTEM)
    return sent


def posted(sent, *, secret=SECRET, late_s=0, **data):
    """What the house answers to a receipt signed with `secret`."""
    given = {"key": sent.delivery_id, "receipt": "delivered", **data}
    body = json.dumps({"type": "warning.receipt", "data": given})
    at = sent.app.clock() - timedelta(seconds=late_s)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, body),
    }
    client = a_client(sent.app)
    client.headers.clear()  # no browser: nothing says where it comes from
    return client.post("/hooks/receipt", content=body, headers=headers).status_code


def test_a_signed_receipt_is_what_the_partner_s_system_knows(sent):
    assert posted(sent) == 204
    assert sent.delivery.state is DeliveryState.DELIVERED
    assert posted(sent, receipt="displayed") == 204
    assert sent.delivery.state is DeliveryState.OPENED
    assert posted(sent, receipt="replied", words="Who is this?") == 204
    assert sent.delivery.reactions[-1].words == "Who is this?"


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": CHANNEL.secret_for("https://other.example/warnings")},
        {"late_s": 600},
        {"key": "C-0000-0000-d1"},
        {"key": "\x00"},
        {"key": 7},
    ],
)
def test_what_is_not_signed_by_whoever_was_warned_changes_nothing(sent, wrong):
    before = sent.case
    assert posted(sent, **wrong) == 401
    assert sent.case == before


def test_a_receipt_without_end_is_cut_off(sent):
    assert posted(sent, words="x" * 70_000) == 422
