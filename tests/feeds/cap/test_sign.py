"""A signature tells genuine from altered, and says so when it can tell nothing."""

import re
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.builders import DAY, NOW
from tests.feeds.cap.publications import a_key, a_publication
from tocsin.domain.refusal import Refusal
from tocsin.feeds.cap.document import parse, schema_lines
from tocsin.feeds.cap.read import read
from tocsin.feeds.cap.sign import Judgement, self_signed, sign, verify
from tocsin.feeds.cap.write import alert_of, write

LATER = NOW + 10 * DAY


@cache
def a_certificate(kind, days=365):
    return self_signed("Example Warning Office", a_key(kind), NOW, days)


@cache
def signed(kind="ec"):
    return sign(write(a_publication()), key=a_key(kind), certificate=a_certificate(kind))


def judged(data, *trusted, at=LATER):
    return verify(data, trusted or (a_certificate("ec"),), at).judgement


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_signed_alert_is_genuine_valid_and_reads_the_same(kind):
    data = signed(kind)
    assert judged(data, a_certificate(kind)) is Judgement.GENUINE
    assert schema_lines(parse(data)) == []
    alert = read(data)
    assert (alert.signed, alert.faults) == (True, ())
    assert alert.infos == alert_of(a_publication()).infos


@given(st.data())
@settings(max_examples=60)
def test_one_changed_byte_of_the_alert_is_never_genuine(data):
    original = signed()
    content = original.index(b"<identifier>"), original.index(b"</info>")
    place = data.draw(st.integers(*content))
    changed = bytearray(original)
    changed[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != original[place]))
    try:
        assert judged(bytes(changed)) is not Judgement.GENUINE
    except Refusal:
        return


@given(st.data())
@settings(max_examples=60)
def test_one_changed_byte_of_the_signature_is_judged_or_refused(data):
    original = signed()
    place = data.draw(st.integers(original.index(b"<ds:Signature"), len(original) - 1))
    changed = bytearray(original)
    changed[place] = data.draw(st.integers(0, 255))
    try:
        judgement = judged(bytes(changed))
    except Refusal:
        return
    if judgement is Judgement.GENUINE:
        assert read(bytes(changed)) == read(original)


def test_a_changed_word_is_told_from_an_unknown_signer():
    assert judged(signed().replace(b"concert", b"consort")) is Judgement.ALTERED
    assert judged(signed("rsa")) is Judgement.CANNOT_VERIFY
    assert judged(write(a_publication())) is Judgement.CANNOT_VERIFY
    assert verify(signed(), (), LATER).judgement is Judgement.CANNOT_VERIFY


def test_the_certificate_is_judged_when_the_alert_was_received():
    assert judged(signed(), a_certificate("ec", days=5)) is Judgement.CANNOT_VERIFY
    short = sign(write(a_publication()), key=a_key("ec"), certificate=a_certificate("ec", days=5))
    pinned = a_certificate("ec", days=5)
    assert judged(short, pinned, at=NOW + DAY) is Judgement.GENUINE
    assert judged(short, pinned, at=NOW - timedelta(seconds=1)) is Judgement.CANNOT_VERIFY
    assert judged(short, pinned, at=LATER) is Judgement.CANNOT_VERIFY


def test_without_a_certificate_in_the_alert_each_trusted_one_is_tried():
    bare = re.sub(rb"<ds:KeyInfo>.*</ds:KeyInfo>", b"", signed(), flags=re.S)
    assert judged(bare, a_certificate("rsa"), a_certificate("ec")) is Judgement.GENUINE
    assert judged(bare, a_certificate("rsa")) is Judgement.CANNOT_VERIFY


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb"2001/04/xmldsig-more#ecdsa-sha256", rb"2000/09/xmldsig#rsa-sha1"),
        (rb"2001/04/xmlenc#sha256", rb"2000/09/xmldsig#sha1"),
        (rb"<ds:Signature ", rb'<ds:Signature Id="NAADS Signature" '),
        (rb'<ds:Reference URI="">', rb'<ds:Reference URI="#part">'),
        (rb'<ds:Reference URI="">', rb"<ds:Reference>"),
        (rb"xmldsig#enveloped-signature", rb"xmldsig#base64"),
        (rb"(<ds:Reference.*</ds:Reference>)", rb"\1\1"),
        (rb"(<ds:Signature .*</ds:Signature>)", rb"\1\1"),
        (rb"<ds:SignatureValue>[^<]*<", rb"<ds:SignatureValue><"),
    ],
)
def test_what_proves_nothing_cannot_be_verified_and_is_not_called_forged(old, new):
    changed = re.sub(old, new, signed(), count=1, flags=re.S)
    assert changed != signed()
    assert judged(changed) is Judgement.CANNOT_VERIFY


def test_a_signature_on_another_alert_inside_is_not_ours():
    wrapped = etree.fromstring(signed())
    signature = wrapped[-1]
    wrapped.find("{*}info").append(signature)
    assert judged(etree.tostring(wrapped)) is Judgement.CANNOT_VERIFY


def test_a_comment_cannot_hide_signed_words():
    hidden = signed().replace(b"Stay away", b"Stay<!-- not --> away")
    assert judged(hidden) is Judgement.GENUINE
    assert read(hidden).infos == alert_of(a_publication()).infos


def test_a_certificate_of_another_key_signs_nothing():
    with pytest.raises(ValueError, match="not of this key"):
        sign(write(a_publication()), key=a_key("ec"), certificate=a_certificate("rsa"))
