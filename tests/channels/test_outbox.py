"""Mail of an exercise is kept where nobody can take it for sent."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from tocsin.channels import FailureReason, Message, Outbox, Passing

MESSAGE = Message(
    key="C-1-d1",
    to_name="Mara Ellery",
    to_address="mara@courier.example",
    subject="EXERCISE: WARNING",
    body="EXERCISE. Übung.\n",
    exercise=True,
)


def outbox(folder):
    return Outbox(folder, lambda: datetime(2026, 11, 21, tzinfo=UTC))


def test_an_exercises_mail_becomes_a_file_that_says_it_was_not_sent(tmp_path):
    handed = outbox(tmp_path / "outbox").send(MESSAGE)
    (file,) = (tmp_path / "outbox").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail.get_content().splitlines() == MESSAGE.body.splitlines()
    assert (handed.provider_id, "kept" in handed.detail) == (file.name, True)


def test_what_is_no_exercise_is_never_kept_instead_of_sent(tmp_path):
    with pytest.raises(ValueError, match="exercise"):
        outbox(tmp_path).send(replace(MESSAGE, exercise=False))
    assert list(tmp_path.iterdir()) == []


def test_a_key_never_leads_out_of_the_folder(tmp_path):
    folder = tmp_path / "outbox"
    outbox(folder).send(replace(MESSAGE, key="../../C-1/d1"))
    assert [file.parent for file in tmp_path.rglob("*.eml")] == [folder]


def test_a_folder_that_cannot_be_written_is_a_failure_in_passing(tmp_path):
    (tmp_path / "outbox").write_text("a file stands here")
    with pytest.raises(Passing) as failed:
        outbox(tmp_path / "outbox").send(MESSAGE)
    assert failed.value.reason is FailureReason.UNREACHABLE
