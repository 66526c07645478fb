"""What reading makes of a report, to findings recorded, by the keys alone and without scripts."""

from tests.builders import ANNA
from tests.casework.test_sources import told
from tests.support.axe import faults

ALERT = (
    "The embassy is monitoring reports that extremists have imminent plans to target large "
    "gatherings over the next 48 hours. A source said that Ilda Norr, the mayor of Lindau, will "
    "be shot outside the Aurora Concert Hall by two men with rifles."
)


def test_who_is_proposed_is_named_and_reasons_are_taken_over_while_answers_stay_open(site, room):
    case_id = told(site.app, ALERT).case_id
    page, found = room(False).page(ANNA), []
    page.goto(f"{site.url}/cases/{case_id}")
    with page.expect_navigation():
        page.get_by_role("link", name="What it proposes, and why").press("Enter")
    report = page.url.partition("#")[0]
    with page.expect_navigation():
        page.get_by_role("link", name="Name Ilda Norr an intended victim").press("Enter")
    assert page.locator("[name=name]").input_value() == "Ilda Norr"
    page.get_by_label("A person", exact=True).press("Space")
    with page.expect_navigation():
        page.get_by_role("button", name="Name the intended victim").press("Enter")
    page.goto(f"{site.url}/cases/{case_id}/victims/v1/findings")
    with page.expect_navigation():
        page.get_by_role("link", name="Fill in its reasons and words").press("Enter")
    assert page.locator("[name='harm.words']").input_value() == "will be shot"
    assert page.locator("main input[type=radio]:checked").count() == 0
    looks = room().page(ANNA)
    for path in (page.url, report, f"{report}/reading"):
        looks.goto(path)
        found += faults(looks)
    assert found == []
