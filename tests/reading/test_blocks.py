"""Which passages are not a report's own words; and that nobody hides by calling them so."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.reading.blocks import BlockKind, blocks, without


def found(text: str) -> list[tuple[str, str]]:
    return [(block.kind.value, text[block.start : block.end]) for block in blocks(text)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("PORT SORREL, March 4 (Example Press) - Two", "dateline",
         "PORT SORREL, March 4 (Example Press) - "),
        ("[Text] Bogota, 6 May 90 (EFE) -- Unidentified", "dateline",
         "[Text] Bogota, 6 May 90 (EFE) -- "),
        ("It ended. Related stories:\nFish market opens\nGrain falls\n\nMore.", "related",
         "Related stories:\nFish market opens\nGrain falls"),
        ("It ended. related stories:Â fish market opensÂ grain falls  \n\nMore.", "related",
         "related stories:Â fish market opensÂ grain falls  "),
        ("Also read: Fish market opens\nThe letter said more.", "related",
         "Also read: Fish market opens"),
        ("End.\nFacebook Twitter Linkedin Mail", "boilerplate", "Facebook Twitter Linkedin Mail"),
        ("In this file photo released by the port, a dog waits.\nThe port", "boilerplate",
         "In this file photo released by the port, a dog waits."),
        ("End. © 2024 Example Press. All rights reserved.", "boilerplate",
         "© 2024 Example Press. All rights reserved."),
        ("Конец.\nЧитайте также:\nРынок открыт\nЗерно дешевеет\n\nЕщё.", "related",
         "Читайте также:\nРынок открыт\nЗерно дешевеет"),
        ("Кінець.\nЧитайте також: Ринок відкрито\nЛист", "related",
         "Читайте також: Ринок відкрито"),
        ("انتهى.\nاقرأ أيضاً: السوق مفتوح\nالرسالة", "related", "اقرأ أيضاً: السوق مفتوح"),
        ("پایان.\nبیشتر بخوانید:\nبازار باز شد\n\nنامه", "related",
         "بیشتر بخوانید:\nبازار باز شد"),
        ("Fin.\nÀ lire aussi : Le marché rouvre\nLa lettre", "related",
         "À lire aussi : Le marché rouvre"),
        ("Fin.\nLea también: Reabre el mercado\nLa carta", "related",
         "Lea también: Reabre el mercado"),
        ("Son.\nİlgili haberler:\nPazar açıldı\n\nMektup", "related",
         "İlgili haberler:\nPazar açıldı"),
        ("完。\n延伸阅读：市场重开\n信中说", "related", "延伸阅读：市场重开"),
        ("Конец. Все права защищены.", "boilerplate", "Все права защищены."),
        ("Fin. Tous droits réservés.", "boilerplate", "Tous droits réservés."),
        ("完。版权所有 例社", "boilerplate", "版权所有 例社"),
        ("Hello,\n> they will come\n> tonight\nWhat?", "quoted", "> they will come\n> tonight\n"),
    ],
)  # fmt: skip
def test_a_passage_is_known_for_what_it_is(text, kind, words):
    assert (kind, words) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Threat: we will kill him at noon.",
        "Dear John Smith - I will come for you.",
        "The related stories of two brothers were told in court.",
        "She read more than most, and saw the photo of the mail coach.",
        "They follow us on the road to town.",
        "Он выступил по теме: мост взорвут завтра. Также: мы придём.",
        "Il a dit aussi : nous viendrons demain.",
        "Polis saldırıyla ilgili haber: yarın geleceğiz.",
        "据相关报道：明天会爆炸。",
    ],
)
def test_ordinary_words_are_the_reports_own(text):
    assert found(text) == []


def test_prose_after_links_is_the_reports_own_again():
    text = (
        "One.\nRelated stories:\nFish market opens\nThe writer of the letter said he would return."
    )
    assert found(text)[-1] == ("related", "Related stories:\nFish market opens")


@given(
    st.lists(
        st.sampled_from(
            ["Related stories:", "\n", "> a", "Facebook ", "mail ", "x.", "photo", "©", " "]
        )
    )
)
def test_blocks_lie_apart_in_order_and_leave_the_rest_in_place(pieces):
    text = "".join(pieces)
    spans = blocks(text)
    assert all(one.end <= two.start for one, two in itertools.pairwise(spans))
    own = without(text, spans)
    assert len(own) == len(text)
    assert all(own[b.start : b.end].strip() == "" for b in spans)
    assert {block.kind for block in spans} <= set(BlockKind)
