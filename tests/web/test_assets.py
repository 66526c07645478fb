"""The built assets are the ones their manifest names, and ask for nothing from elsewhere."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from tests.support import axe
from tocsin.web.templating import environment

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src/tocsin/web/static"
MANIFEST = json.loads((STATIC / "manifest.json").read_bytes())


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_every_asset_has_the_bytes_and_the_name_of_its_hash(name):
    entry = MANIFEST[name]
    assert sha256((STATIC / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    stem, suffix = name.split(".")
    assert entry["file"] == f"{stem}.{entry['sha256'][:12]}.{suffix}"


def test_nothing_lies_beside_the_assets_that_nobody_asks_for():
    assert {file.name for file in STATIC.iterdir()} == {
        "manifest.json", "LICENSES.txt", *(entry["file"] for entry in MANIFEST.values())
    }  # fmt: skip


def test_a_template_gets_the_hashed_address_and_an_unknown_asset_is_an_error():
    asset = environment().globals["asset"]
    assert asset("tocsin.css") == f"/static/{MANIFEST['tocsin.css']['file']}"
    with pytest.raises(KeyError):
        asset("absent.css")


def test_the_style_sheet_fetches_nothing_and_carries_no_foreign_brand():
    css = (STATIC / MANIFEST["tocsin.css"]["file"]).read_text()
    assert not re.search(r"url\(|@import|@font-face|GDS Transport|crown|crest", css, re.IGNORECASE)


@pytest.mark.parametrize("name", ["enabled.js", "tocsin.js", "htmx.js"])
def test_scripts_name_no_address_beyond_this_site(name):
    script = (STATIC / MANIFEST[name]["file"]).read_text()
    assert set(re.findall(r"https?://[\w./-]+", script)) <= {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("name", ["govuk-frontend", "htmx.org"])
def test_the_licence_of_everything_vendored_travels_with_it(name):
    package = json.loads((ROOT / "assets/package.json").read_bytes())
    licences = (STATIC / "LICENSES.txt").read_text()
    assert f"{name} {package['devDependencies'][name]}\n" in licences


def test_the_lock_file_names_no_registry_but_every_package_by_its_hash():
    lock = json.loads((ROOT / "assets/package-lock.json").read_bytes())
    packages = [entry for name, entry in lock["packages"].items() if name]
    assert not any("resolved" in entry for entry in packages)
    assert all(entry["integrity"].startswith("sha512-") for entry in packages)


def test_the_checker_of_accessibility_is_the_vendored_one():
    assert "axe v4" in axe.script()[:20]
