"""Nederlands."""

from tocsin.domain.phrases.shape import Phrases

PHRASES = Phrases(
    language="nl",
    name="Nederlands",
    headline_alert="WAARSCHUWING",
    headline_update="BIJGEWERKTE WAARSCHUWING, vervangt de vorige",
    headline_cancel="WAARSCHUWING INGETROKKEN",
    follows="Ze volgt op de waarschuwing van {at} UTC.",
    labels=("Wat", "Waar", "Wanneer", "Wat te doen", "Wie te bellen", "Grondslag"),
    months=(
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ),
    span="van {opens} tot {closes}",
    exercise="OEFENING",
    exercise_note="Dit is een oefening. Niets erin is echt.",
    please_confirm="Bevestig dat u dit hebt gelezen en begrepen:",
    your_code="Uw code",
    page_note=(
        "Alleen de pagina openen bevestigt niets. Daar kunt u ook zeggen wat u gaat doen, "
        "een vraag stellen of ons zeggen dat u deze waarschuwing afwijst."
    ),
    error="Fout",
    warning="Waarschuwing",
    for_you="Een waarschuwing voor u",
    cancelled_for_you="Een waarschuwing voor u is ingetrokken",
    addressed="Voor {name}.",
    addressed_from="Voor {name}, van {house}.",
    exact_words="De exacte tekst",
    other_languages="In andere talen",
    was_cancelled="Deze waarschuwing is ingetrokken. Ze geldt niet meer.",
    was_replaced=(
        "Deze waarschuwing is vervangen door een nieuwere. Ga niet af op de tekst hieronder: "
        "zoek het nieuwere bericht of bel het nummer dat daarin staat."
    ),
    confirmed="U hebt bevestigd. Dank u.",
    confirmed_since="Wij weten sinds {at} dat u dit hebt gelezen en begrepen.",
    what_next=(
        "Wat er nu gebeurt: iemand volgt dit op en kan u bellen. Als er iets verandert, "
        "krijgt u een nieuw bericht. Op deze pagina hoeft u niets meer te doen."
    ),
    confirm_that="Bevestig dat u het hebt ontvangen",
    confirm_note=(
        "Deze pagina openen bevestigt niets. Alleen uw code doet dat; die telt, hoe laat ze "
        "ook komt."
    ),
    code_hint=(
        "Acht letters en cijfers, zoals ABCD-EFGH. De code staat in het bericht dat u hier bracht."
    ),
    understood="Ik heb dit gelezen en begrepen",
    confirm="Bevestigen",
    your_name="Uw naam (mag leeg blijven)",
    tell_us="Vertel ons iets",
    tell_note=(
        "Als u wilt. Niets van wat u schrijft maakt dat wij u een andere keer minder waarschuwen."
    ),
    last_answer="Uw laatste antwoord heeft ons bereikt: {at}.",
    what_is_it="Waar gaat het over?",
    will_act="Wat ik ga doen",
    action_taken="Wat ik heb gedaan",
    question="Ik heb een vraag",
    rejected="Ik wijs deze waarschuwing af",
    disbelieved="Ik geloof het niet",
    too_general="Het is te algemeen om ernaar te handelen",
    propaganda="Ik beschouw het als propaganda",
    passed_on="Hebt u het doorgegeven?",
    to_whom="Aan wie, en wanneer?",
    your_words="Uw woorden",
    send="Versturen",
    not_saved="Uw antwoord is niet opgeslagen",
    ask_code="Typ de code die in het bericht staat",
    ask_tick="Vink het vakje aan als u de waarschuwing hebt gelezen en begrepen",
    ask_kind="Kies wat u ons wilt zeggen",
    ask_words="Schrijf uw antwoord",
    code_wrong=(
        "Uw antwoord is niet opgeslagen: dit is niet de code uit het bericht. Zoek de acht "
        "letters en cijfers in het bericht en typ ze opnieuw."
    ),
    too_many=(
        "Uw antwoord is niet opgeslagen: er zijn te veel verkeerde codes ingevuld. Wacht 15 "
        "minuten en probeer het opnieuw, of bel het nummer in het bericht."
    ),
    is_it_genuine="Is het echt?",
    keep_proof="Het bewijs bewaren",
    keep_words="De exacte tekst bewaren",
    genuine_note=(
        "Met deze bestanden kan iedereen later nagaan dat deze waarschuwing van ons kwam, en "
        "wanneer."
    ),
    how_to_check="Hoe na te gaan",
    print_page="Eén pagina om af te drukken (PDF)",
    danger="Bent u nu in gevaar, bel dan de hulpdiensten.",
    cannot_wait="Vragen die niet kunnen wachten: bel het nummer in de waarschuwing.",
    no_page="Deze pagina bestaat niet",
    no_page_note=(
        "Gebruik de hele link uit het bericht: hij kan bij het kopiëren zijn afgebroken. Of "
        "bel het nummer dat in het bericht staat."
    ),
    sheet_check=(
        "Open deze link of scan de code: als de pagina deze tekst toont, is hij echt. Ze "
        "zegt ook of hij nog geldt. Of bel ons op een nummer dat u van elders kent en "
        "vergelijk het controlenummer."
    ),
    check_number="Controlenummer",
    as_of="Stand op {at}",
    spoken_person="Spreek ik met {name}?",
    spoken_else=(
        "Een antwoordapparaat of iemand anders: zeg alleen dat u terugbelt. Zeg niets over "
        "de waarschuwing en laat geen bericht achter."
    ),
    spoken_who=(
        "Ik bel namens {house}. Ik heb een belangrijke waarschuwing voor u. Pakt u "
        "alstublieft iets om te schrijven."
    ),
    spoken_back=(
        "Zegt u mij in uw eigen woorden: wat kan er gebeuren, waar, wanneer, en wat gaat u doen?"
    ),
    spoken_correct="Verbeter wat niet klopt en vraag het opnieuw.",
    spoken_code="Uw code, letter voor letter: {code}",
    spoken_end="Dank u. Als er iets verandert, bellen wij u weer.",
)
