"""The log, for programs."""

from tests.builders import ADAM, HOUR, INES
from tests.support.house import a_client, log_keys
from tests.support.witnesses import unreached
from tests.web.pages.road import received
from tocsin.record.checkpoint import verified
from tocsin.record.verify_proof import verify_proof


def test_the_logs_standing_and_its_alarm(house):
    received(house)
    client = a_client(house, INES)
    told = client.get("/api/record/log").json()
    assert (told["is_watched"], told["is_alarming"], told["unwitnessed_s"]) == (False, False, None)
    house.trust = unreached("http://127.0.0.1:1")
    house.clock.advance(2 * HOUR)
    told = a_client(house, INES).get("/api/record/log").json()
    assert (told["is_alarming"], told["unwitnessed_s"], told["witnessed_size"]) == (True, 7_200, 0)
    assert "for 2 hours" in told["alarms"][0]
    (one,) = told["witnesses"]
    assert (one["names"], one["asked_at"], one["contradicts"]) == (["w"], None, False)


def test_the_checkpoint_and_a_proof_verify_as_they_are(house):
    received(house)
    client = a_client(house, INES)
    checkpoint = client.get("/api/record/checkpoint").json()["text"].encode()
    assert verified(checkpoint, log_keys(house)).checkpoint.size > 1
    proof = client.get("/api/record/proof?position=1").json()
    assert proof["name"] == "record-1.tlog-proof"
    assert verify_proof(proof["text"].encode(), keys=log_keys(house)).faults == ()
    assert client.get("/api/record/proof?position=0").status_code == 422
    assert client.get("/api/record/proof?position=999").json()["error"]["code"] == "record-unknown"


def test_who_may_not_read_the_record_is_told_nothing(house):
    for path in ("log", "checkpoint", "proof?position=1"):
        assert a_client(house, ADAM).get(f"/api/record/{path}").status_code == 403
