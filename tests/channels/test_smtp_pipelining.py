"""Commands sent ahead, where a server takes them so: fewer waits, and the same refusals."""

import pytest

from tests.channels.test_smtp import a_message
from tests.channels.test_smtp_pool import messages, post
from tests.support.mail import Does, MailServer, Stage
from tocsin.channels.base import FailureReason, Passing, Permanent


def test_mails_follow_each_other_on_one_connection() -> None:
    with MailServer(pipelining=True) as server, post(server) as channel:
        for key in messages(3):
            channel.send(a_message(key=key))
    assert server.said == ["HELLO", "QUIT"]
    assert len({one.mail["Message-ID"] for one in server.messages}) == 3


@pytest.mark.parametrize(
    ("stage", "reason"),
    [
        ("MAIL", FailureReason.SENDER_REFUSED),
        ("RCPT", FailureReason.RECIPIENT_REFUSED),
        ("DATA", FailureReason.CONTENT_REFUSED),
    ],
)
@pytest.mark.parametrize("also", [None, "354 go on"])
def test_a_refusal_is_heard_as_it_was_meant_and_spoils_nothing_for_the_next(
    stage: Stage, reason: FailureReason, also: str | None
) -> None:
    with MailServer(pipelining=True) as server, post(server) as channel:
        channel.send(a_message())
        server.at |= {"DATA": also} if also else {}
        server.at[stage] = "550 5.1.1 no"
        for key in messages(2):
            with pytest.raises(Permanent) as failed:
                channel.send(a_message(key=key))
            assert failed.value.reason is reason
        server.at.clear()
        channel.send(a_message(key="last", to_address="ben@example.org"))
    assert len(server.messages) == 2
    assert server.messages[-1].recipients == ("ben@example.org",)
    assert server.said.count("HELLO") <= 4


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("does", [Does.DROP, "421 4.3.2 enough"])
def test_one_that_ends_before_the_content_has_taken_nothing(stage: Stage, does: str | Does) -> None:
    with MailServer(pipelining=True) as server, post(server) as channel:
        channel.send(a_message())
        server.at[stage] = does
        with pytest.raises(Passing):
            channel.send(a_message(key="second"))
        server.at.clear()
        channel.send(a_message(key="third"))
    assert len(server.messages) == 2
