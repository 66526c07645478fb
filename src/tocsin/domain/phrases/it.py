"""Italiano."""

from tocsin.domain.phrases.shape import Phrases

PHRASES = Phrases(
    language="it",
    name="Italiano",
    headline_alert="AVVERTIMENTO",
    headline_update="AVVERTIMENTO AGGIORNATO, sostituisce il precedente",
    headline_cancel="AVVERTIMENTO ANNULLATO",
    follows="Fa seguito all’avvertimento del {at} UTC.",
    labels=("Che cosa", "Dove", "Quando", "Che cosa fare", "Chi chiamare", "Fondamento"),
    months=(
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ),
    span="da {opens} a {closes}",
    exercise="ESERCITAZIONE",
    exercise_note="Questa è un’esercitazione. Nulla di ciò che contiene è reale.",
    please_confirm="Confermi di aver letto e capito quanto segue:",
    your_code="Il Suo codice",
    page_note=(
        "Aprire la pagina, da solo, non conferma nulla. Lì può anche dire che cosa farà, "
        "porre una domanda o dirci che respinge questo avvertimento."
    ),
    error="Errore",
    warning="Avvertimento",
    for_you="Un avvertimento per Lei",
    cancelled_for_you="Un avvertimento per Lei è stato annullato",
    addressed="Per {name}.",
    addressed_from="Per {name}, da parte di {house}.",
    exact_words="Il testo esatto",
    other_languages="In altre lingue",
    was_cancelled="Questo avvertimento è stato annullato. Non è più valido.",
    was_replaced=(
        "Questo avvertimento è stato sostituito da uno più recente. Non si regoli sul testo "
        "qui sotto: cerchi il messaggio più recente o chiami il numero che vi si trova."
    ),
    confirmed="Ha confermato. Grazie.",
    confirmed_since="Sappiamo che ha letto e capito il testo: {at}.",
    what_next=(
        "Che cosa succede ora: qualcuno segue la questione e potrebbe chiamarLa. Se qualcosa "
        "cambia, riceverà un altro messaggio. In questa pagina non deve fare altro."
    ),
    confirm_that="Confermi di averlo ricevuto",
    confirm_note=(
        "Aprire questa pagina non conferma nulla. Lo fa solo il Suo codice; vale anche se "
        "arriva tardi."
    ),
    code_hint=(
        "Otto lettere e cifre, come ABCD-EFGH. Si trova nel messaggio che L’ha portata qui."
    ),
    understood="Ho letto e capito",
    confirm="Confermo",
    your_name="Il Suo nome (può lasciare vuoto)",
    tell_us="Ci dica qualcosa",
    tell_note=(
        "Se vuole. Nulla di ciò che scrive farà sì che un’altra volta La avvertiamo di meno."
    ),
    last_answer="La Sua ultima risposta ci è arrivata: {at}.",
    what_is_it="Di che cosa si tratta?",
    will_act="Che cosa farò",
    action_taken="Che cosa ho fatto",
    question="Ho una domanda",
    rejected="Respingo questo avvertimento",
    disbelieved="Non ci credo",
    too_general="È troppo generico per agire",
    propaganda="Lo considero propaganda",
    passed_on="L’ha trasmesso ad altri?",
    to_whom="A chi e quando?",
    your_words="La Sua risposta",
    send="Invia",
    not_saved="La Sua risposta non è stata salvata",
    ask_code="Scriva il codice che si trova nel messaggio",
    ask_tick="Spunti la casella quando ha letto e capito l’avvertimento",
    ask_kind="Scelga che cosa vuole dirci",
    ask_words="Scriva la Sua risposta",
    code_wrong=(
        "La Sua risposta non è stata salvata: questo non è il codice del messaggio. Cerchi "
        "le otto lettere e cifre nel messaggio e le scriva di nuovo."
    ),
    too_many=(
        "La Sua risposta non è stata salvata: sono stati dati troppi codici sbagliati. "
        "Aspetti 15 minuti e riprovi, o chiami il numero che si trova nel messaggio."
    ),
    is_it_genuine="È autentico?",
    keep_proof="Conservare la prova",
    keep_words="Conservare il testo esatto",
    genuine_note=(
        "Con questi file chiunque può verificare in seguito che questo avvertimento è venuto "
        "da noi, e quando."
    ),
    how_to_check="Come verificare",
    print_page="Una pagina da stampare (PDF)",
    danger="Se è in pericolo adesso, chiami i servizi di emergenza.",
    cannot_wait=("Domande che non possono aspettare: chiami il numero indicato nell’avvertimento."),
    no_page="Questa pagina non esiste",
    no_page_note=(
        "Usi il link intero del messaggio: potrebbe essere stato tagliato nel copiarlo. "
        "Oppure chiami il numero che si trova nel messaggio."
    ),
    sheet_check=(
        "Apra questo link o scansioni il codice: se la pagina mostra questo testo, è "
        "autentico. Dice anche se è ancora valido. Oppure ci chiami a un numero che conosce "
        "da altra fonte e confronti il numero di controllo."
    ),
    check_number="Numero di controllo",
    as_of="Situazione al {at}",
    spoken_person="Parlo con {name}?",
    spoken_else=(
        "Una segreteria o un’altra persona: dica solo che richiamerà. Non dica nulla "
        "dell’avvertimento e non lasci messaggi."
    ),
    spoken_who=(
        "Chiamo da parte di {house}. Ho un avvertimento importante per Lei. Prenda per "
        "favore qualcosa per scrivere."
    ),
    spoken_back=("Mi dica con parole Sue: che cosa può succedere, dove, quando e che cosa farà?"),
    spoken_correct="Corregga ciò che è sbagliato e chieda di nuovo.",
    spoken_code="Il Suo codice, lettera per lettera: {code}",
    spoken_end="Grazie. Se qualcosa cambia, La richiameremo.",
)
