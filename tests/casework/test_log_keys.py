"""The log's keys: begun once, rotated by a record that old and new sign, never lost in silence."""

import pytest

from tests.builders import ADAM, INES, MINUTE
from tests.casework.test_publishing import found_in
from tests.support.house import one_more_leaf
from tests.support.witnesses import keys_of
from tocsin.app import build
from tocsin.casework import log_keys, logbook, publishing
from tocsin.casework.doctor import examine
from tocsin.domain.refusal import Code, Refusal
from tocsin.record.checkpoint import verified
from tocsin.record.printed import fingerprints
from tocsin.settings import Settings


def signed_by(app):
    """Which generations' keys signed the newest checkpoint."""
    generations = {key: number for number in (1, 2, 3) for key in _keys(app, number)}
    signed = verified(logbook.newest_note(app).encode(), list(generations))
    return {generations[one.key] for one in signed.verified}


def _keys(app, number):
    try:
        return keys_of(app, number)
    except IndexError:
        return ()


def refused(app, by=ADAM, reason="yearly"):
    with pytest.raises(Refusal) as caught:
        log_keys.rotate(app, by, reason)
    return caught.value.code


def test_a_house_begins_its_log_once_and_keeps_its_name(opens):
    assert keys_of(opens()) == keys_of(opens())


def test_a_database_with_another_houses_key_is_not_opened(app, database_url, tmp_path):
    one_more_leaf(app)
    with pytest.raises(Refusal) as caught:
        build(Settings(data_dir=tmp_path / "other", database_url=database_url))
    assert caught.value.code is Code.SETTINGS_INVALID


def test_a_rotation_is_followed_from_the_old_keys_by_whoever_has_only_them(app, clock, tmp_path):
    first = keys_of(app)
    for reason in ("a year is over", "a laptop was stolen"):
        one_more_leaf(app)
        log_keys.rotate(app, ADAM, reason)
        clock.advance(log_keys.OVERLAP)
    one_more_leaf(app)
    assert signed_by(app) == {3}
    publishing.publish(app, tmp_path / "log")
    assert len(list((tmp_path / "log" / "rotations").iterdir())) == 2
    for keys in (first, keys_of(app, 2), keys_of(app)):
        report = found_in(tmp_path / "log", keys)
        assert report.faults == ()
        assert report.rotations == 2
    assert examine(app).complaints == ()


def test_without_the_record_of_a_rotation_the_old_keys_lead_nowhere(app, clock, tmp_path):
    first = keys_of(app)
    log_keys.rotate(app, ADAM, "yearly")
    clock.advance(log_keys.OVERLAP)
    one_more_leaf(app)
    publishing.publish(app, tmp_path / "log")
    for path in (tmp_path / "log" / "rotations").iterdir():
        path.unlink()
    assert found_in(tmp_path / "log", first).faults


def test_the_old_keys_sign_beside_the_new_for_thirty_days(app, clock):
    log_keys.rotate(app, ADAM, "yearly")
    assert signed_by(app) == {1, 2}
    clock.advance(log_keys.OVERLAP - MINUTE)
    one_more_leaf(app)
    assert signed_by(app) == {1, 2}
    clock.advance(MINUTE)
    one_more_leaf(app)
    assert signed_by(app) == {2}


def test_only_an_administrator_rotates_and_says_why(app):
    assert refused(app, by=INES) is Code.NOT_ALLOWED
    assert refused(app, reason=" ") is Code.BAD_VALUE
    assert logbook.state(app).generation == 1
    assert not log_keys.key_file(app, 2).exists()


def test_a_host_without_the_new_secret_signs_nothing_until_it_has_it(app):
    log_keys.rotate(app, ADAM, "yearly")
    one_more_leaf(app)
    file = log_keys.key_file(app, 2)
    assert file.stat().st_mode & 0o777 == 0o600
    secret = file.read_text()
    file.unlink()
    with pytest.raises(Refusal) as caught:
        logbook.sign(app)
    assert caught.value.code is Code.LOG_KEY_MISSING
    assert refused(app) is Code.LOG_KEY_MISSING
    file.write_text(secret)
    assert logbook.sign(app).size == logbook.state(app).size


def test_a_rotation_that_failed_leaves_nothing_that_signs(app, monkeypatch):
    def breaks(*_, **__):
        raise OSError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(log_keys, "_put", breaks)
        with pytest.raises(OSError, match="gone"):
            log_keys.rotate(app, ADAM, "yearly")
    assert logbook.state(app).generation == 1
    one_more_leaf(app)
    assert signed_by(app) == {1}
    assert log_keys.rotate(app, ADAM, "again").generation == 2


def test_a_fingerprint_is_read_aloud_in_groups_of_four(app):
    (first, ed25519), (second, ml_dsa) = fingerprints(keys_of(app))
    assert (first, second) == ("Ed25519", "ML-DSA-44")
    assert [len(group) for group in " ".join(ed25519).split()] == [4] * 16
    assert ed25519 != ml_dsa
