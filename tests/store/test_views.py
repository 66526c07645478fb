import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.store.rows import NOON, a_case
from tocsin.domain.refusal import Refusal
from tocsin.store import deliveries, views
from tocsin.store.instants import to_us


def show(store, *cases):
    with store.write() as db:
        for case in cases:
            views.upsert_case(db, case)


def seen(store, *, officer_id="o1", unit="watch", sees_all=False, **query):
    who = {"officer_id": officer_id, "unit": unit, "sees_all": sees_all}
    with store.read() as db:
        return [row.case_id for row in views.queue(db, **who, **query)]


def test_a_case_comes_back_as_it_was_shown_last(store):
    show(store, a_case(), a_case(title="EXAMPLE changed", next_due_us=None, next_clock=None))
    with store.read() as db:
        assert views.case_row(db, "c1") == a_case(
            title="EXAMPLE changed", next_due_us=None, next_clock=None
        )
        assert views.case_row(db, "c2") is None


def test_the_least_time_left_comes_first_and_no_deadline_last(store):
    show(
        store,
        a_case("c1", next_due_us=None),
        a_case("c2", next_due_us=7),
        a_case("c3", next_due_us=-7),
    )
    assert seen(store) == ["c3", "c2", "c1"]


@pytest.mark.parametrize("sees_all", [True, False])
def test_pages_join_without_gap_or_repetition(store, sees_all):
    dues = [5, 5, 5, 1, None, None, 9]
    show(store, *(a_case(f"c{n}", next_due_us=due) for n, due in enumerate(dues)))
    found, after = [], None
    while True:
        with store.read() as db:
            page = views.queue(
                db, officer_id="o1", unit="watch", sees_all=sees_all, after=after, limit=2
            )
        if not page:
            break
        found += [row.case_id for row in page]
        after = page[-1].cursor
    assert found == ["c3", "c0", "c1", "c2", "c6", "c4", "c5"]


def test_need_to_know_is_part_of_every_answer(store):
    show(
        store,
        a_case("c1"),
        a_case("c2", restricted=True),
        a_case("c3", unit="harbour"),
        a_case("c4", unit="harbour", restricted=True),
        a_case("c5", state="closed"),
    )
    with store.write() as db:
        for _twice in range(2):
            views.add_member(db, "c4", "o1")
        views.add_member(db, "c2", "o2")
    assert seen(store) == ["c1", "c4"]
    assert seen(store, officer_id="o2") == ["c1", "c2"]
    assert seen(store, unit="harbour", officer_id="o9") == ["c3"]
    assert seen(store, sees_all=True, officer_id="o9") == ["c1", "c2", "c3", "c4"]
    assert seen(store, state="closed") == ["c5"]
    assert seen(store, text="example") == ["c1", "c4"]
    with store.read() as db:
        assert views.count_open(db, officer_id="o1", unit="watch", sees_all=False) == 2
        assert views.count_open(db, officer_id="o1", unit="watch", sees_all=True) == 4
    with store.write() as db:
        views.forget(db, "c4")
    assert seen(store) == ["c1"]


@pytest.mark.parametrize(
    ("title", "sought"),
    [
        ("EXAMPLE Café Crocus", "cafe"),
        ("EXAMPLE «Крокус»", "КРОКУС"),
        ("EXAMPLE 100% sure", "100%"),
        ("EXAMPLE a_b", "A_B"),
        ("EXAMPLE back\\slash", "K\\S"),
    ],
)
def test_text_is_found_without_regard_to_case_and_accents(store, title, sought):
    show(store, a_case(title=title), a_case("c2", title="EXAMPLE 100 sure axb backslash"))
    assert seen(store, text=sought) == ["c1"]
    assert seen(store, text="C1") == ["c1"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40))
def test_any_title_is_found_by_itself(sqlite_store, title):
    show(sqlite_store, a_case(title=title))
    assert seen(sqlite_store, text=title) == ["c1"]


def test_the_queue_is_read_in_order_from_an_index(sqlite_store):
    with sqlite_store.read() as db:
        for statement in views._QUEUE.values():
            wanted = str(statement.compile(dialect=db.dialect))
            plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {wanted}", (1,) * wanted.count("?"))
            steps = " ".join(row.detail for row in plan)
            assert "ix_case_view_state_next_due_us_case_id" in steps
            assert "TEMP B-TREE" not in steps


def test_a_report_is_found_by_id_and_by_its_bytes(store):
    row = views.ReportRow(
        report_id="r1",
        sha256="ab" * 32,
        case_id="c1",
        received_us=2,
        acquired_us=1,
        title="EXAMPLE",
    )
    with store.write() as db:
        views.put_report(db, row)
    with store.read() as db:
        assert views.report(db, "r1") == views.report_by_sha256(db, "ab" * 32) == row
        assert views.report(db, "r2") is None
        assert views.report_by_sha256(db, "cd" * 32) is None
    with pytest.raises(Refusal, match="changed-meanwhile"), store.write() as db:
        views.put_report(
            db,
            views.ReportRow(
                report_id="r2",
                sha256="ab" * 32,
                case_id="c2",
                received_us=2,
                acquired_us=1,
                title="",
            ),
        )


def confirmation(by):
    return views.put_confirmation, views.ConfirmationRow(
        proposal_id="p1", case_id="c1", kind="warn", proposed_by="o1", confirmed_by=by
    )


def release(by):
    return views.put_release, views.ReleaseRow(
        warning_id="w1",
        version=1,
        case_id="c1",
        author="o1",
        released_by=by,
        text_sha256="ab" * 32,
        fingerprint="cd" * 32,
    )


def review(by):
    return views.put_review, views.ReviewRow(
        case_id="c1", victim_id="v1", acted_by="o1", reviewed_by=by, case_seq=4
    )


@pytest.mark.parametrize("act", [confirmation, release, review])
def test_the_database_refuses_two_eyes_where_it_wants_four(store, act):
    put, alone = act("o1")
    with pytest.raises(IntegrityError, match="four_eyes"), store.write() as db:
        put(db, alone)
    put, together = act("o2")
    with store.write() as db:
        put(db, together)


def test_a_delivery_shows_how_far_it_has_come(store):
    steps = [
        deliveries.DeliveryRow(
            delivery_id="d1",
            case_id="c1",
            warning_id="w1",
            recipient_id="v1",
            method="email",
            state=state,
            updated_us=n,
        )
        for n, state in enumerate(["planned", "sent"])
    ]
    with store.write() as db:
        for step in steps:
            deliveries.upsert_delivery(db, step)
    with store.read() as db:
        assert deliveries.delivery(db, "d1") == steps[-1]
        assert deliveries.delivery(db, "d2") is None
        assert deliveries.deliveries(db, "c1") == steps[-1:]


def test_a_notice_reaches_whom_it_calls_until_it_is_resolved(store):
    def notice(notice_id, **to):
        fields = {"unit": "watch", "role": "release", "officer_id": None} | to
        return views.NoticeRow(
            notice_id=notice_id,
            case_id=notice_id,
            topic="t",
            text="EXAMPLE",
            at_us=int(notice_id[1]),
            **fields,
        )

    with store.write() as db:
        for row in (
            notice("n3"),
            notice("n1", officer_id="o1", unit="harbour"),
            notice("n2", role="inspector"),
            notice("n4", unit="harbour"),
            notice("n5", officer_id="o2"),
        ):
            views.put_notice(db, row)

    def mine(*roles):
        with store.read() as db:
            found = views.notices_for(db, officer_id="o1", unit="watch", roles=roles)
        return [row.notice_id for row in found]

    assert mine("release", "analyst") == ["n1", "n3"]
    assert mine() == ["n1"]
    with store.write() as db:
        views.resolve_topic(db, "n1", "u", to_us(NOON.replace(year=2020)))
        views.resolve_topic(db, "n1", "t", to_us(NOON))
        views.resolve_topic(db, "n1", "t", to_us(NOON.replace(year=2025)))
        found = db.execute(text("SELECT resolved_us FROM notice_view WHERE notice_id = 'n1'"))
        assert found.scalar_one() == to_us(NOON)
    assert mine() == []


def test_a_state_nobody_knows_is_refused(store):
    for wrong in ({"state": "forgotten"}, {"duty": "maybe"}, {"title": "x" * 5_000}):
        with pytest.raises(IntegrityError):
            show(store, a_case(**wrong))
