"""Polski."""

from tocsin.domain.phrases.shape import Phrases

PHRASES = Phrases(
    language="pl",
    name="Polski",
    headline_alert="OSTRZEŻENIE",
    headline_update="ZAKTUALIZOWANE OSTRZEŻENIE, zastępuje poprzednie",
    headline_cancel="OSTRZEŻENIE ODWOŁANE",
    follows="Jest następstwem ostrzeżenia z {at} UTC.",
    labels=("Co", "Gdzie", "Kiedy", "Co robić", "Do kogo dzwonić", "Podstawa"),
    months=(
        "stycznia",
        "lutego",
        "marca",
        "kwietnia",
        "maja",
        "czerwca",
        "lipca",
        "sierpnia",
        "września",
        "października",
        "listopada",
        "grudnia",
    ),
    span="od {opens} do {closes}",
    exercise="ĆWICZENIE",
    exercise_note="To są ćwiczenia. Nic w nich nie jest prawdziwe.",
    please_confirm="Prosimy potwierdzić przeczytanie i zrozumienie tej treści:",
    your_code="Twój kod",
    page_note=(
        "Samo otwarcie strony niczego nie potwierdza. Można tam też powiedzieć, co się "
        "zrobi, zadać pytanie lub przekazać nam, że odrzuca się to ostrzeżenie."
    ),
    error="Błąd",
    warning="Ostrzeżenie",
    for_you="Ostrzeżenie dla Ciebie",
    cancelled_for_you="Ostrzeżenie dla Ciebie odwołano",
    addressed="Dla: {name}.",
    addressed_from="Dla: {name}, od: {house}.",
    exact_words="Dokładna treść",
    other_languages="W innych językach",
    was_cancelled="To ostrzeżenie zostało odwołane. Już nie obowiązuje.",
    was_replaced=(
        "To ostrzeżenie zostało zastąpione nowszym. Nie kieruj się poniższą treścią: "
        "poszukaj nowszej wiadomości lub zadzwoń pod podany w niej numer."
    ),
    confirmed="Potwierdzono. Dziękujemy.",
    confirmed_since="Wiemy o przeczytaniu i zrozumieniu tej treści: {at}.",
    what_next=(
        "Co dalej: ktoś zajmuje się sprawą i może zadzwonić. Jeśli coś się zmieni, otrzymasz "
        "kolejną wiadomość. Na tej stronie nie trzeba robić nic więcej."
    ),
    confirm_that="Potwierdź otrzymanie",
    confirm_note=(
        "Otwarcie tej strony niczego nie potwierdza. Potwierdza tylko Twój kod; liczy się, "
        "choćby dotarł późno."
    ),
    code_hint=(
        "Osiem liter i cyfr, jak ABCD-EFGH. Kod jest w wiadomości, z której pochodzi ten link."
    ),
    understood="Treść jest przeczytana i zrozumiana",
    confirm="Potwierdzam",
    your_name="Imię i nazwisko (można zostawić puste)",
    tell_us="Przekaż nam coś",
    tell_note=(
        "Jeśli chcesz. Nic z tego, co napiszesz, nie sprawi, że następnym razem ostrzeżemy "
        "Cię mniej."
    ),
    last_answer="Twoja ostatnia odpowiedź do nas dotarła: {at}.",
    what_is_it="Czego to dotyczy?",
    will_act="Co zrobię",
    action_taken="Co już jest zrobione",
    question="Mam pytanie",
    rejected="Odrzucam to ostrzeżenie",
    disbelieved="Nie wierzę w to",
    too_general="Jest zbyt ogólne, by działać",
    propaganda="Uważam to za propagandę",
    passed_on="Czy przekazano je dalej?",
    to_whom="Komu i kiedy?",
    your_words="Twoja odpowiedź",
    send="Wyślij",
    not_saved="Odpowiedź nie została zapisana",
    ask_code="Wpisz kod, który jest w wiadomości",
    ask_tick="Zaznacz pole po przeczytaniu i zrozumieniu ostrzeżenia",
    ask_kind="Wybierz, co chcesz nam przekazać",
    ask_words="Napisz odpowiedź",
    code_wrong=(
        "Odpowiedź nie została zapisana: to nie jest kod z wiadomości. Znajdź w wiadomości "
        "osiem liter i cyfr i wpisz je ponownie."
    ),
    too_many=(
        "Odpowiedź nie została zapisana: podano zbyt wiele błędnych kodów. Odczekaj 15 minut "
        "i spróbuj ponownie lub zadzwoń pod numer podany w wiadomości."
    ),
    is_it_genuine="Czy jest prawdziwe?",
    keep_proof="Zachowaj dowód",
    keep_words="Zachowaj dokładną treść",
    genuine_note=(
        "Z tymi plikami każdy może później sprawdzić, że to ostrzeżenie pochodzi od nas, i "
        "kiedy je wydano."
    ),
    how_to_check="Jak sprawdzić",
    print_page="Jedna strona do druku (PDF)",
    danger="Jeśli jesteś teraz w niebezpieczeństwie, zadzwoń na numer alarmowy.",
    cannot_wait="Pytania, które nie mogą czekać: zadzwoń pod numer podany w ostrzeżeniu.",
    no_page="Ta strona nie istnieje",
    no_page_note=(
        "Użyj całego linku z wiadomości: mógł zostać ucięty przy kopiowaniu. Albo zadzwoń "
        "pod numer podany w wiadomości."
    ),
    sheet_check=(
        "Otwórz ten link lub zeskanuj kod: jeśli strona pokazuje tę treść, jest ona "
        "prawdziwa. Strona mówi też, czy nadal obowiązuje. Albo zadzwoń do nas pod numer "
        "znany z innego źródła i porównaj numer kontrolny."
    ),
    check_number="Numer kontrolny",
    as_of="Stan na {at}",
    spoken_person="Czy rozmawiam z: {name}?",
    spoken_else=(
        "Automat lub inna osoba: powiedz tylko, że zadzwonisz ponownie. Nie mów nic o "
        "ostrzeżeniu i nie zostawiaj wiadomości."
    ),
    spoken_who=(
        "Dzwonię w imieniu: {house}. Mam ważne ostrzeżenie. Proszę przygotować coś do pisania."
    ),
    spoken_back=(
        "Proszę powiedzieć własnymi słowami: co może się stać, gdzie, kiedy i co Pan lub "
        "Pani zrobi?"
    ),
    spoken_correct="Popraw to, co błędne, i zapytaj ponownie.",
    spoken_code="Kod, litera po literze: {code}",
    spoken_end="Dziękuję. Jeśli coś się zmieni, zadzwonimy ponownie.",
)
