"""Deutsch."""

from tocsin.domain.phrases.shape import Phrases

PHRASES = Phrases(
    language="de",
    name="Deutsch",
    headline_alert="WARNUNG",
    headline_update="NEUE FASSUNG DER WARNUNG, ersetzt die frühere",
    headline_cancel="WARNUNG AUFGEHOBEN",
    follows="Sie folgt auf die Warnung vom {at} UTC.",
    labels=("Was", "Wo", "Wann", "Was tun", "Wen anrufen", "Grundlage"),
    months=(
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    span="vom {opens} bis {closes}",
    exercise="ÜBUNG",
    exercise_note="Dies ist eine Übung. Nichts darin ist echt.",
    please_confirm="Bitte bestätigen Sie, dass Sie dies gelesen und verstanden haben:",
    your_code="Ihr Code",
    page_note=(
        "Die Seite nur zu öffnen bestätigt nichts. Dort können Sie auch sagen, was Sie tun "
        "werden, eine Frage stellen oder uns sagen, dass Sie diese Warnung zurückweisen."
    ),
    error="Fehler",
    warning="Warnung",
    for_you="Eine Warnung für Sie",
    cancelled_for_you="Eine Warnung für Sie wurde aufgehoben",
    addressed="Für {name}.",
    addressed_from="Für {name}, von {house}.",
    exact_words="Der genaue Wortlaut",
    other_languages="In anderen Sprachen",
    was_cancelled="Diese Warnung wurde aufgehoben. Sie gilt nicht mehr.",
    was_replaced=(
        "Diese Warnung wurde durch eine neuere ersetzt. Richten Sie sich nicht nach dem Text "
        "unten: Suchen Sie die neuere Nachricht oder rufen Sie die Nummer an, die darin "
        "steht."
    ),
    confirmed="Sie haben bestätigt. Danke.",
    confirmed_since="Wir wissen seit {at}, dass Sie dies gelesen und verstanden haben.",
    what_next=(
        "Wie es weitergeht: Jemand kümmert sich darum und ruft Sie vielleicht an. Wenn sich "
        "etwas ändert, bekommen Sie eine weitere Nachricht. Auf dieser Seite müssen Sie "
        "nichts mehr tun."
    ),
    confirm_that="Bestätigen Sie den Empfang",
    confirm_note=(
        "Diese Seite zu öffnen bestätigt nichts. Das tut nur Ihr Code; er zählt, wie spät er "
        "auch kommt."
    ),
    code_hint=(
        "Acht Buchstaben und Ziffern, wie ABCD-EFGH. Er steht in der Nachricht, die Sie "
        "hierher geführt hat."
    ),
    understood="Ich habe dies gelesen und verstanden",
    confirm="Bestätigen",
    your_name="Ihr Name (das Feld darf leer bleiben)",
    tell_us="Sagen Sie uns etwas",
    tell_note=(
        "Wenn Sie möchten. Nichts, was Sie schreiben, führt dazu, dass wir Sie ein andermal "
        "weniger warnen."
    ),
    last_answer="Ihre letzte Antwort hat uns erreicht: {at}.",
    what_is_it="Worum geht es?",
    will_act="Was ich tun werde",
    action_taken="Was ich getan habe",
    question="Ich habe eine Frage",
    rejected="Ich weise diese Warnung zurück",
    disbelieved="Ich glaube sie nicht",
    too_general="Sie ist zu allgemein, um danach zu handeln",
    propaganda="Ich halte sie für Propaganda",
    passed_on="Haben Sie sie weitergegeben?",
    to_whom="An wen, und wann?",
    your_words="Ihre Worte",
    send="Senden",
    not_saved="Ihre Antwort wurde nicht gespeichert",
    ask_code="Geben Sie den Code ein, der in der Nachricht steht",
    ask_tick=("Kreuzen Sie das Kästchen an, wenn Sie die Warnung gelesen und verstanden haben"),
    ask_kind="Wählen Sie, was Sie uns sagen möchten",
    ask_words="Schreiben Sie Ihre Antwort",
    code_wrong=(
        "Ihre Antwort wurde nicht gespeichert: Dies ist nicht der Code aus der Nachricht. "
        "Suchen Sie die acht Buchstaben und Ziffern in der Nachricht und geben Sie sie noch "
        "einmal ein."
    ),
    too_many=(
        "Ihre Antwort wurde nicht gespeichert: Es wurden zu viele falsche Codes eingegeben. "
        "Warten Sie 15 Minuten und versuchen Sie es noch einmal, oder rufen Sie die Nummer "
        "in der Nachricht an."
    ),
    is_it_genuine="Ist sie echt?",
    keep_proof="Beweis aufheben",
    keep_words="Genauen Wortlaut aufheben",
    genuine_note=(
        "Mit diesen Dateien kann jeder später prüfen, dass diese Warnung von uns kam, und wann."
    ),
    how_to_check="Wie man prüft",
    print_page="Eine Seite zum Ausdrucken (PDF)",
    danger="Wenn Sie jetzt in Gefahr sind, rufen Sie den Notruf an.",
    cannot_wait="Fragen, die nicht warten können: Rufen Sie die Nummer in der Warnung an.",
    no_page="Diese Seite gibt es nicht",
    no_page_note=(
        "Nehmen Sie den ganzen Link aus der Nachricht: Er kann beim Kopieren abgeschnitten "
        "worden sein. Oder rufen Sie die Nummer an, die in der Nachricht steht."
    ),
    sheet_check=(
        "Öffnen Sie diesen Link oder scannen Sie den Code: Zeigt die Seite diese Worte, so "
        "sind sie echt. Sie sagt auch, ob sie noch gelten. Oder rufen Sie uns unter einer "
        "Nummer an, die Sie von anderswo kennen, und vergleichen Sie die Prüfnummer."
    ),
    check_number="Prüfnummer",
    as_of="Stand: {at}",
    spoken_person="Spreche ich mit {name}?",
    spoken_else=(
        "Ein Anrufbeantworter oder jemand anderes: Sagen Sie nur, dass Sie wieder anrufen. "
        "Sagen Sie nichts von der Warnung und hinterlassen Sie keine Nachricht."
    ),
    spoken_who=(
        "Ich rufe im Auftrag von {house} an. Ich habe eine wichtige Warnung für Sie. Bitte "
        "nehmen Sie etwas zum Schreiben."
    ),
    spoken_back=(
        "Bitte sagen Sie mir in Ihren eigenen Worten: Was kann geschehen, wo, wann, und was "
        "werden Sie tun?"
    ),
    spoken_correct="Berichtigen Sie, was falsch ist, und fragen Sie noch einmal.",
    spoken_code="Ihr Code, Buchstabe für Buchstabe: {code}",
    spoken_end="Danke. Wenn sich etwas ändert, rufen wir Sie wieder an.",
    date="{day}. {month} {year}",
    short_date="{day}. {month}",
)
