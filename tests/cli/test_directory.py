"""The directory from the command line."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from tests.cli.conftest import Tocsin

WHY = ("--reason", "EXAMPLE list of the city")


@pytest.fixture
def finn(tocsin: Tocsin) -> str:
    """The token of a deliverer."""
    tocsin("enrol", "finn.a", "--name", "Finn", "--unit", "Watch", "--roles", "deliverer")
    token: str = tocsin("token", "finn.a", "--json").json["token"]
    return token


def test_a_contact_is_entered_shown_and_verified(tocsin: Tocsin, finn: str) -> None:
    given = ("--kind", "protector", "--name", "EXAMPLE Desk", "--way", "email:desk@hall.example",
             "--way", "voice:+44 20 7946 0000", "--protects", "Krokus City Hall",
             "--language", "fr", "--language", "en", "--quiet", "22:00-07:00")  # fmt: skip
    added = tocsin("directory", "add", *given, *WHY, "--json", token=finn)
    one = added.json["contact"]["contact_id"]
    assert added.json["contact"]["languages"] == ["fr", "en"]
    listed = tocsin("directory", "list", "--protecting", "krokus city hall", token=finn)
    assert one in listed.out
    assert tocsin("directory", "expiring", token=finn).status == 1
    for number in ("1", "2"):
        done = tocsin("directory", "verify", one, number, "--attest", "called back", token=finn)
        assert done.status == 0
    assert tocsin("directory", "expiring", "--json", token=finn).json == {"expiring": []}
    shown = tocsin("directory", "show", one, token=finn).out
    assert "2. voice +442079460000  [verified]" in shown
    assert "Way 2 verified: called back (ways)" in shown
    assert tocsin("directory", "show", one, "--json", token=finn).json["version"] == 3
    assert "[delivery-not-made]" in tocsin("directory", "verify", one, "1", "--send",
                                           token=finn).err  # fmt: skip
    assert "[code-wrong]" in tocsin("directory", "verify", one, "1", "--code", "0", token=finn).err
    assert "it is not said how" in tocsin("directory", "verify", one, "1", token=finn).err


@pytest.mark.parametrize(
    "wrong", [("--way", "pigeon:loft"), ("--way", "x"), ("--zone", "Mars/X"), ("--quiet", "always")]
)
def test_what_is_wrong_is_refused(tocsin: Tocsin, finn: str, wrong: tuple[str, ...]) -> None:
    given = ("--kind", "office", "--name", "EXAMPLE", *wrong, *WHY)
    refused = tocsin("directory", "add", *given, token=finn)
    assert (refused.status, "[bad-value]" in refused.err) == (2, True)


def test_a_file_is_imported_whole_or_not_at_all(tocsin: Tocsin, finn: str, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    head = "kind,name,languages,protects,way1_method,way1_address\r\n"
    good = 'protector,"EXAMPLE, Desk",fr;en,Hall; Station,email,desk@hall.example\r\n'
    file.write_text(head + good + "king,EXAMPLE,,,,\r\n" + "office,EXAMPLE,,,email,no address\r\n")
    refused = tocsin("directory", "import", str(file), *WHY, token=finn)
    assert refused.status == 2
    assert "line 3: kind is none of person" in refused.err
    assert "line 4: The address was not accepted" in refused.err
    assert tocsin("directory", "list", "--json", token=finn).json == {"contacts": []}
    done = tocsin("directory", "import", "-", *WHY, token=finn, given=(head + good).encode())
    assert "1 contact was entered" in done.out
    (one,) = tocsin("directory", "list", "--json", token=finn).json["contacts"]
    assert (one["name"], one["protects"]) == ("EXAMPLE, Desk", ["Hall", "Station"])
    assert "[bad-value]" in tocsin("directory", "import", str(tmp_path), *WHY, token=finn).err


def test_a_partner_is_given_the_secret_of_its_address(
    tocsin: Tocsin, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "https://desk.partner.example/warnings"
    assert json.loads(tocsin("directory", "secret", address, "--json").err)["refused"]["code"] == (
        "settings-invalid"
    )
    monkeypatch.setenv("TOCSIN_WEBHOOK", "{}")
    secret = tocsin("directory", "secret", address).out.strip()
    assert Webhook(secret).sign("k", datetime.now(UTC), "{}").startswith("v1,")
    assert tocsin("directory", "secret", address, "--json").json == {"secret": secret}
    assert tocsin("directory", "secret", f"{address}/2").out.strip() != secret
    refused = tocsin("directory", "secret", "http://desk.partner.example", "--json")
    assert json.loads(refused.err)["refused"]["code"] == "address-invalid"
