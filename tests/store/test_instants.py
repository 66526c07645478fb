from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.store.instants import from_us, to_us


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_an_instant_survives_the_database_to_the_microsecond(moment):
    assert from_us(to_us(moment)) == moment.astimezone(UTC)


def test_the_same_instant_in_two_zones_is_one_number():
    noon = datetime(2024, 3, 7, 12, tzinfo=UTC)
    in_moscow = noon.astimezone(timezone(timedelta(hours=3)))
    assert to_us(in_moscow) == to_us(noon) == 1_709_812_800_000_000


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        to_us(datetime(2024, 3, 7))  # noqa: DTZ001
