"""The desk's side of delivery: whom, by which way, what came back, and who still does not know."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import ANNA, BEN, DAY, EVA, FINN, GRETA, HOUR, INES, NOW, RECIPIENT
from tests.web.pages.case_desk import WORDS, CaseDesk
from tocsin.casework import directory
from tocsin.casework.release import code_for
from tocsin.casework.spoken import spelled
from tocsin.domain import commands as c
from tocsin.domain.actor import SYSTEM
from tocsin.domain.case import DeliveryState
from tocsin.domain.directory import Contact, ContactKind, EncryptionKey, KeyKind, QuietHours, Way
from tocsin.domain.kinds import AnswerRule, Method, ReactionKind

AGE = "age1dj3v47zpzlrv4trmjplccr276shp96julcqpmf2h399z59umhvjsc47um8"
HALL = Contact(
    contact_id="",
    contact_kind=ContactKind.PROTECTOR,
    name="Night desk of the hall",
    unit="",
    ways=(
        Way(
            method=Method.EMAIL,
            address="desk@hall.example",
            key=EncryptionKey(key_kind=KeyKind.AGE, text=AGE, expires_at=NOW + DAY),
        ),
        Way(method=Method.VOICE, address="+447700900123"),
    ),
    languages=("fr", "en"),
    zone="Europe/Paris",
    quiet=QuietHours(begins="22:00", ends="07:00"),
    protects=("Visitors of the hall",),
)


@pytest.fixture
def desk(house):
    return CaseDesk.with_report(house)


@pytest.fixture
def owned(desk):
    """Words released, and somebody named to follow up."""
    desk.released()
    desk.sends(BEN, "/follow-up", officer_id=GRETA.actor_id)
    return desk


def kept(desk, **changes):
    return directory.put(desk.app, replace(HALL, **changes), FINN, "on their word").contact


def delivered(desk, delivery_id, result="handed_over"):
    desk.does(SYSTEM, c.StartAttempt, delivery_id=delivery_id)
    desk.does(SYSTEM, c.RecordAttempt, delivery_id=delivery_id, attempt=1, result=result)


def confirmed(desk, delivery_id, **said):
    by = replace(RECIPIENT, actor_id=delivery_id)
    desk.does(by, c.Acknowledge, delivery_id=delivery_id, **said)


def test_whoever_protects_the_victim_is_offered_and_copied_into_the_case(owned):
    one = kept(owned)
    page = owned.asks(FINN, "/recipients/new")
    assert "Night desk of the hall" in page.text
    path = f"/recipients/from/{one.contact_id}"
    assert f"/cases/{owned.case_id}{path}?victim=v1" in page.goes_to()
    owned.sends(FINN, path, victim="v1", relation="protector", way=("0", "1"), language="en")
    named = owned.case.recipients["r1"]
    assert (named.name, named.ways, named.contact_id) == (one.name, one.ways, one.contact_id)
    assert (named.zone, named.quiet, named.language) == ("Europe/Paris", one.quiet, "en")
    assert named.passes_on  # who protects a group is asked, unless said otherwise
    assert not named.inside


def test_an_expired_key_is_said_loudly_and_its_way_left_out(owned, hands):
    one = kept(owned)
    hands.advance(2 * DAY)
    path = f"/recipients/from/{one.contact_id}"
    page = owned.asks(FINN, path)
    assert "expired 2024-03-08: nothing can be sent that way" in page.text
    assert "Never verified" in page.text
    chosen = [box["value"] for box in page.soup.select('[name="way"][checked]')]
    assert chosen == ["1"]
    owned.sends(FINN, path, victim="v1", relation="protector", way="1", passes_on="no")
    assert [way.method for way in owned.case.recipients["r1"].ways] == [Method.VOICE]
    page = owned.sends(FINN, path, status=422, victim="v1", relation="protector")
    assert page.errors == ["Choose at least one way"]


def test_the_directory_is_searched_and_a_stranger_to_it_is_not_there(owned):
    one = kept(owned, name="Somebody else", protects=("The other place",))
    assert "Somebody else" not in owned.asks(FINN, "/recipients/new").text
    page = owned.asks(FINN, "/recipients/new?q=somebody&victim=v1")
    assert f"/cases/{owned.case_id}/recipients/from/{one.contact_id}?victim=v1" in page.goes_to()
    owned.asks(FINN, "/recipients/from/K-NONE-NONE", status=404)


def test_up_to_three_ways_are_typed_and_each_is_checked(owned):
    further = {"method_2": "voice", "address_2": "+44 7700 900123", "method_3": "sms"}
    page = owned.sends(
        FINN, "/recipients/new", status=422, victim="v1", name="A", relation="victim",
        method="email", address="a@hall.example", language="qq", **further,
    )  # fmt: skip
    assert page.soup.select_one("#address_3-error")
    assert page.soup.select_one("#language-error")
    owned.recipient(**further | {"address_3": "at the gate", "method_3": "in_person"}, inside="yes")
    named = owned.case.recipients["r1"]
    assert [way.method for way in named.ways] == [Method.EMAIL, Method.VOICE, Method.IN_PERSON]
    assert named.ways[1].address == "+447700900123"
    assert named.inside


def test_several_are_sent_to_at_once_by_a_rule_and_with_somebody_to_turn_to(owned):
    for name in ("One", "Two", "Three"):
        owned.recipient(name=name)
    page = owned.asks(FINN)
    form = page.soup.select_one('.app-next form[action$="/deliveries/together"]')
    assert len(form.select('[name="to"][checked]')) == 3
    path = "/deliveries/together"
    wrong = owned.sends(
        FINN, path, status=422, warning="w1", to=("r1", "r2"), rule="any", next_1="r2"
    )
    assert wrong.soup.select_one("#next_1-error")
    owned.sends(FINN, path, warning="w1", to=("r1", "r2"), rule="any", next_1="r3")
    (chain,) = owned.case.chains.values()
    assert (chain.recipient_ids, chain.rule) == (("r1", "r2"), AnswerRule.ANY)
    assert chain.fallback_ids == ("r3",)
    assert len(owned.case.deliveries) == 2
    owned.sends(FINN, path, status=409, warning="w1", to="r1", rule="each")
    owned.sends(FINN, path, warning="w1", everybody="yes", rule="each")
    assert len(owned.case.deliveries) == 3


def test_a_single_delivery_may_go_by_another_way_than_the_first(owned):
    owned.recipient(method_2="in_person", address_2="at the gate")
    page = owned.asks(FINN, "/deliveries/new")
    assert [box["value"] for box in page.soup.select('[name="plan"]')] == ["w1:r1", "w1:r1:1"]
    owned.sends(FINN, "/deliveries/new", plan="w1:r1:1")
    (delivery,) = owned.case.deliveries.values()
    assert delivery.method is Method.IN_PERSON


def test_where_all_are_told_together_those_outside_are_chosen_and_none_goes_first(desk):
    desk.drafted()
    said = {"parity": "told_together", "who_inside": "our guards", "who_outside": "the visitors"}
    desk.sends(EVA, "/warnings/w1/release", **desk.release_form(**said))
    desk.sends(BEN, "/follow-up", officer_id=GRETA.actor_id)
    desk.recipient(name="Our guards", inside="yes")
    assert "Name who outside is told of w1 at the same time" in desk.asks(FINN).text
    assert "Nobody outside is named yet" in desk.asks(FINN, "/deliveries/together").text
    desk.recipient(name="The manager")
    assert "Send w1 to those outside and inside together" in desk.asks(FINN).text
    page = desk.asks(FINN, "/deliveries/together")
    assert [box["value"] for box in page.soup.select('[name="to"][checked]')] == ["r2"]
    refused = desk.sends(
        FINN, "/deliveries/together", status=409, warning="w1", to="r1", rule="each"
    )
    assert "parity-broken" in refused.errors[0]
    desk.sends(FINN, "/deliveries/together", warning="w1", to=("r1", "r2"), rule="each")
    assert len(desk.case.deliveries) == 2


def test_what_to_say_is_shown_with_the_code_spelled_to_whoever_may_attest_alone(desk):
    delivery_id = desk.planned("voice")
    path = f"/deliveries/{delivery_id}"
    assert "Call The hall's manager" in desk.asks(FINN).text
    page = desk.asks(FINN, f"{path}/script")
    code = code_for(desk.app, desk.case.deliveries[delivery_id])
    assert spelled(code) in page.text
    assert WORDS["do"] in page.text
    for who in (ANNA, GRETA, INES):
        desk.asks(who, f"{path}/script", status=403)
        desk.asks(who, f"{path}/sheet", status=403)
    got = desk.client(FINN).get(f"/cases/{desk.case_id}{path}/sheet")
    assert got.content.startswith(b"%PDF")
    assert f'filename="{delivery_id}.pdf"' in got.headers["content-disposition"]


def test_nobody_bears_a_code_for_what_a_channel_brings(desk):
    desk.asks(FINN, f"/deliveries/{desk.planned()}/script", status=403)


def test_a_door_that_nobody_opened_leads_to_the_next_way_when_it_is_not_tried_again(owned):
    owned.recipient("in_person", method_2="voice", address_2="+447700900123")
    owned.sends(FINN, "/deliveries/new", plan="w1:r1")
    path = f"/deliveries/{owned.case_id}-d1/not-met"
    tried = {"tried_at": "2024-03-07T12:00", "zone": "Europe/Moscow", "words": "Nobody opened."}
    owned.sends(FINN, path, status=422, **tried, again="perhaps")
    page = owned.sends(FINN, path, **tried, again="yes")
    assert "Tell The hall's manager in person, then attest it; nobody was there" in page.text
    owned.sends(FINN, path, **tried, again="no")
    assert [one.state for one in owned.case.deliveries.values()] == [
        DeliveryState.FAILED,
        DeliveryState.PLANNED,
    ]
    assert "Call The hall's manager, then attest it" in owned.asks(FINN).text


def test_a_pause_has_an_end_within_what_is_allowed_and_a_reason_that_is_shown(desk):
    delivery_id = desk.planned()
    delivered(desk, delivery_id)
    path = f"/deliveries/{delivery_id}/pause"
    page = desk.asks(FINN, path)
    assert "At most 2 hours while the harm is imminent" in page.text
    late = {"until": "2024-03-09T12:00", "zone": "UTC", "reason": "in the air"}
    assert desk.sends(FINN, path, status=422, **late).soup.select_one("#until-error")
    desk.sends(FINN, path, until=page.value("until"), zone="Europe/Moscow", reason="in the air")
    row = " ".join(desk.asks(FINN).soup.find(id="r1").get_text(" ").split())
    assert "Paused until 7 Mar 2024, 11:00 UTC ; then it goes on by itself." in row
    assert "in the air" in row
    assert "is paused: go on now, or by itself" in desk.asks(FINN).text
    desk.sends(FINN, f"/deliveries/{delivery_id}/resume", reason="landed")
    assert desk.case.deliveries[delivery_id].paused_until is None


def test_every_kind_of_answer_is_kept_word_for_word_and_advice_is_ours(desk):
    delivery_id = desk.attested()
    path = f"/deliveries/{delivery_id}/reaction"
    page = desk.asks(GRETA, path)
    offered = {box["value"] for box in page.soup.select('[name="kind"]')}
    assert offered == {one.value for one in ReactionKind}
    for kind in ("disbelieved", "too_general", "propaganda", "advice_given", "passed_on"):
        desk.sends(GRETA, path, kind=kind, words=f"Said of {kind}.\nTwice.")
    said = desk.asks(GRETA).soup.find(id=delivery_id).get_text(" ")
    for words in ("Does not believe it", "Finds it too general", "Advice we gave", "Twice."):
        assert words in said
    assert desk.case.deliveries[delivery_id].passed_on_at


def test_who_still_does_not_know_is_drawn_and_said_in_words(owned):
    for name in ("One", "Two", "Three"):
        owned.recipient(name=name)
    owned.sends(FINN, "/deliveries/together", warning="w1", to=("r1", "r2"), rule="each")
    first, second = owned.case.deliveries
    delivered(owned, first)
    delivered(owned, second, "permanent")
    confirmed(owned, first, person="Mr One")
    page = owned.asks(FINN)
    assert "1 of 3 has understood; 1 has not been sent anything; 1 has failed for good" in page.text
    marks = page.soup.select(".app-known li")
    assert [one["data-known"] for one in marks] == ["failed", "unsent", "understood"]
    assert len({str(one.svg) for one in marks}) == 3
    assert "Two failed for good, nobody left to try" in " ".join(marks[0].get_text(" ").split())
    assert "Nobody is left to try." in page.soup.find(id="r2").get_text(" ")
    assert "Confirmed by Mr One" in " ".join(page.soup.find(id="r1").get_text(" ").split())
    assert page.soup.select_one(f'a[href="#{marks[0].a["href"][1:]}"]')


def test_many_recipients_are_counted_and_shown_by_what_is_known(owned):
    for number in range(61):
        owned.does(
            FINN, c.NameRecipient, victim_id="v1", name=f"Person {number}", relation="protector",
            method=Method.EMAIL, address="a@hall.example",
        )  # fmt: skip
    owned.does(FINN, c.PlanDelivery, warning_id="w1", recipient_id="r7")
    page = owned.asks(FINN)
    assert not page.soup.select_one('.app-next form[action$="/deliveries/together"]')
    marks = [" ".join(one.get_text(" ").split()) for one in page.soup.select(".app-known li")]
    assert marks == ["60 nothing sent", "1 about to be sent"]
    assert len(page.soup.select("#r8, tr[id]")) == 50
    page = owned.asks(FINN, "?known=planned")
    assert [one["id"] for one in page.soup.select("tr[id]")] == ["r7"]
    assert len(owned.asks(FINN, "?shown=2").soup.select("tr[id]")) == 11
    owned.asks(FINN, "?known=everything", status=422)


def test_a_warning_in_several_languages_is_released_word_for_word_in_each(desk):
    desk.determined()
    arabic = {
        "language_2": "ar", "what_2": "هجوم محتمل", "where_2": "القاعة", "do_2": "ابقوا بعيدا",
        "call_2": "+44 7700 900123", "basis_2": "معلومات نصدقها",
    }  # fmt: skip
    page = desk.sends(ANNA, "/warnings/new", status=422, **WORDS | arabic | {"do_2": ""})
    assert page.soup.select_one("#do_2-error")
    twice = WORDS | arabic | {"language_2": "en"}
    page = desk.sends(ANNA, "/warnings/new", status=422, **twice)
    assert page.errors == ["Give each language once"]
    desk.sends(ANNA, "/warnings/new", **WORDS | arabic)
    page = desk.asks(EVA, "/warnings/w1/release")
    shown = page.soup.select(".app-words")
    assert [(one["lang"], one["dir"]) for one in shown] == [("en", "ltr"), ("ar", "rtl")]
    assert "ابقوا بعيدا" in shown[1].get_text()
    page = desk.asks(ANNA, "/warnings/w1/edit")
    assert page.value("do_2") == "ابقوا بعيدا"
    desk.sends(EVA, "/warnings/w1/release", **desk.release_form())
    assert len(desk.case.warnings["w1"].draft.blocks) == 2


def test_words_too_long_for_a_text_message_are_counted_and_not_released(house):
    house.settings = house.settings.model_copy(update={"sms": {"most_parts": 2}})
    desk = CaseDesk.with_report(house)
    desk.drafted()
    desk.recipient("sms")
    page = desk.asks(EVA, "/warnings/w1/release")
    assert "too long: at most 2 are sent" in page.text
    refused = desk.sends(EVA, "/warnings/w1/release", status=409, **desk.release_form())
    assert "text-too-long" in refused.errors[0]
    assert not desk.case.warnings["w1"].is_released
    house.settings = house.settings.model_copy(update={"sms": None})
    desk.sends(EVA, "/warnings/w1/release", **desk.release_form())


def test_silence_until_nobody_is_left_is_said_first_and_passing_on_is_asked_for(desk, hands):
    delivery_id = desk.planned()
    delivered(desk, delivery_id)
    hands.advance(4 * HOUR + timedelta(minutes=1))
    deadline = desk.case.deadlines[f"receipt:{delivery_id}"]
    desk.does(SYSTEM, c.Lapse, number=deadline.number, clock=deadline.clock)
    page = desk.asks(GRETA)
    assert "Nobody is left to try for The hall's manager" in page.text
    confirmed(desk, delivery_id)
    assert "Nobody is left to try" not in desk.asks(GRETA).text


def test_whoever_is_asked_to_pass_it_on_is_asked_until_they_say_so(owned):
    owned.recipient(passes_on="yes")
    owned.sends(FINN, "/deliveries/new", plan="w1:r1")
    delivery_id = f"{owned.case_id}-d1"
    delivered(owned, delivery_id)
    confirmed(owned, delivery_id)
    page = owned.asks(GRETA)
    words = "Ask The hall's manager to whom they passed the warning"
    assert words in page.text
    path = f"/deliveries/{delivery_id}/reaction"
    assert f"/cases/{owned.case_id}{path}?kind=passed_on" in page.goes_to()
    checked = owned.asks(GRETA, f"{path}?kind=passed_on").soup.select_one('[name="kind"][checked]')
    assert checked["value"] == "passed_on"
    owned.sends(GRETA, path, kind="passed_on", words="to the ushers")
    assert words not in owned.asks(GRETA).text


def test_programs_read_ways_chains_states_and_evidence(owned):
    owned.recipient(method_2="voice", address_2="+447700900123")
    owned.sends(FINN, "/deliveries/together", warning="w1", to="r1", rule="each")
    delivered(owned, f"{owned.case_id}-d1")
    case = owned.client(FINN).get(f"/api/cases/{owned.case_id}").json()
    assert [way["method"] for way in case["recipients"]["r1"]["ways"]] == ["email", "voice"]
    assert case["chains"]["c1"]["recipient_ids"] == ["r1"]
    sent = case["deliveries"][f"{owned.case_id}-d1"]
    assert (sent["state"], sent["chain_id"], sent["way"]) == ("handed_over", "c1", 0)
    assert sent["reached_at"]
