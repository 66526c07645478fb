"""Text messages are counted before words are released."""

from dataclasses import fields

from tocsin.casework.text_parts import MOST_PARTS
from tocsin.channels.sms import SmsSettings


def test_as_many_parts_are_allowed_as_the_channel_sends_unless_its_settings_say_otherwise():
    (default,) = (one.default for one in fields(SmsSettings) if one.name == "most_parts")
    assert default == MOST_PARTS
