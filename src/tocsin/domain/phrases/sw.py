"""Kiswahili."""

from tocsin.domain.phrases.shape import Phrases

PHRASES = Phrases(
    language="sw",
    name="Kiswahili",
    headline_alert="ONYO",
    headline_update="ONYO LILILOSASISHWA, linachukua nafasi ya lililotangulia",
    headline_cancel="ONYO LIMEFUTWA",
    follows="Linafuata onyo la {at} UTC.",
    labels=("Nini", "Wapi", "Lini", "La kufanya", "Wa kumpigia simu", "Msingi"),
    months=(
        "Januari",
        "Februari",
        "Machi",
        "Aprili",
        "Mei",
        "Juni",
        "Julai",
        "Agosti",
        "Septemba",
        "Oktoba",
        "Novemba",
        "Desemba",
    ),
    span="kuanzia {opens} hadi {closes}",
    exercise="ZOEZI",
    exercise_note="Hili ni zoezi. Hakuna chochote ndani yake kilicho halisi.",
    please_confirm="Tafadhali thibitisha kwamba umesoma na kuelewa haya:",
    your_code="Msimbo wako",
    page_note=(
        "Kufungua ukurasa pekee hakuthibitishi chochote. Hapo unaweza pia kusema utafanya "
        "nini, kuuliza swali, au kutuambia kwamba unakataa onyo hili."
    ),
    error="Kosa",
    warning="Onyo",
    for_you="Onyo kwa ajili yako",
    cancelled_for_you="Onyo lililokuhusu limefutwa",
    addressed="Kwa {name}.",
    addressed_from="Kwa {name}, kutoka {house}.",
    exact_words="Maneno kamili",
    other_languages="Kwa lugha nyingine",
    was_cancelled="Onyo hili limefutwa. Halitumiki tena.",
    was_replaced=(
        "Onyo hili limebadilishwa na jipya zaidi. Usifuate maneno yaliyo hapa chini: tafuta "
        "ujumbe mpya zaidi, au piga simu kwa nambari iliyo ndani yake."
    ),
    confirmed="Umethibitisha. Asante.",
    confirmed_since="Tunajua kwamba umesoma na kuelewa haya: {at}.",
    what_next=(
        "Kitakachofuata: kuna mtu anayefuatilia jambo hili na anaweza kukupigia simu. Kukiwa "
        "na mabadiliko utapata ujumbe mwingine. Huhitaji kufanya kitu kingine kwenye ukurasa "
        "huu."
    ),
    confirm_that="Thibitisha kwamba umelipokea",
    confirm_note=(
        "Kufungua ukurasa huu hakuthibitishi chochote. Ni msimbo wako tu unaothibitisha; "
        "unahesabiwa hata ukichelewa."
    ),
    code_hint=(
        "Herufi na tarakimu nane, kama ABCD-EFGH. Msimbo uko kwenye ujumbe uliokuleta hapa."
    ),
    understood="Nimesoma na kuelewa haya",
    confirm="Thibitisha",
    your_name="Jina lako (unaweza kuacha wazi)",
    tell_us="Tuambie kitu",
    tell_note=(
        "Ukipenda. Hakuna utakachoandika kitakachotufanya tukuonye kwa kiasi kidogo wakati "
        "mwingine."
    ),
    last_answer="Jibu lako la mwisho limetufikia: {at}.",
    what_is_it="Ni kuhusu nini?",
    will_act="Nitakachofanya",
    action_taken="Nilichofanya",
    question="Nina swali",
    rejected="Ninakataa onyo hili",
    disbelieved="Siliamini",
    too_general="Ni la jumla mno kulifanyia kazi",
    propaganda="Naliona kuwa propaganda",
    passed_on="Je, umelipeleka kwa wengine?",
    to_whom="Kwa nani, na lini?",
    your_words="Maneno yako",
    send="Tuma",
    not_saved="Jibu lako halikuhifadhiwa",
    ask_code="Andika msimbo ulio kwenye ujumbe",
    ask_tick="Weka alama kwenye kisanduku ukishasoma na kuelewa onyo",
    ask_kind="Chagua unachotaka kutuambia",
    ask_words="Andika jibu lako",
    code_wrong=(
        "Jibu lako halikuhifadhiwa: huu si msimbo ulio kwenye ujumbe. Tafuta herufi na "
        "tarakimu nane kwenye ujumbe na uziandike tena."
    ),
    too_many=(
        "Jibu lako halikuhifadhiwa: misimbo mingi isiyo sahihi imeandikwa. Subiri dakika 15 "
        "kisha ujaribu tena, au piga simu kwa nambari iliyo kwenye ujumbe."
    ),
    is_it_genuine="Je, ni la kweli?",
    keep_proof="Hifadhi uthibitisho",
    keep_words="Hifadhi maneno kamili",
    genuine_note=(
        "Kwa faili hizi mtu yeyote anaweza kuhakiki baadaye kwamba onyo hili lilitoka kwetu, "
        "na lini."
    ),
    how_to_check="Jinsi ya kuhakiki",
    print_page="Ukurasa mmoja wa kuchapisha (PDF)",
    danger="Ikiwa uko hatarini sasa, piga simu kwa huduma za dharura.",
    cannot_wait="Maswali yasiyoweza kusubiri: piga simu kwa nambari iliyo kwenye onyo.",
    no_page="Ukurasa huu haupo",
    no_page_note=(
        "Tumia kiungo kizima kilicho kwenye ujumbe: huenda kilikatwa wakati wa kunakili. Au "
        "piga simu kwa nambari iliyo kwenye ujumbe."
    ),
    sheet_check=(
        "Fungua kiungo hiki au changanua msimbo wa picha: ukurasa ukionyesha maneno haya, ni "
        "ya kweli. Pia unasema kama bado yanatumika. Au tupigie simu kwa nambari unayoijua "
        "kutoka kwingine, na ulinganishe nambari ya uhakiki."
    ),
    check_number="Nambari ya uhakiki",
    as_of="Kufikia {at}",
    spoken_person="Je, ninazungumza na {name}?",
    spoken_else=(
        "Mashine, au mtu mwingine: sema tu kwamba utapiga tena. Usiseme chochote kuhusu onyo "
        "wala usiache ujumbe."
    ),
    spoken_who=(
        "Napiga simu kwa niaba ya {house}. Nina onyo muhimu kwa ajili yako. Tafadhali chukua "
        "kitu cha kuandikia."
    ),
    spoken_back=(
        "Tafadhali niambie kwa maneno yako mwenyewe: nini kinaweza kutokea, wapi, lini, na "
        "utafanya nini?"
    ),
    spoken_correct="Rekebisha kilicho kosa, kisha uulize tena.",
    spoken_code="Msimbo wako, herufi kwa herufi: {code}",
    spoken_end="Asante. Kukiwa na mabadiliko, tutakupigia tena.",
)
