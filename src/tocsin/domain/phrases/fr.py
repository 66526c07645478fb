"""Français."""

from tocsin.domain.phrases.shape import Phrases

PHRASES = Phrases(
    language="fr",
    name="Français",
    headline_alert="AVERTISSEMENT",
    headline_update="AVERTISSEMENT MIS À JOUR, remplace le précédent",
    headline_cancel="AVERTISSEMENT ANNULÉ",
    follows="Il fait suite à l’avertissement du {at} UTC.",
    labels=("Quoi", "Où", "Quand", "Que faire", "Qui appeler", "Fondement"),
    months=(
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    span="du {opens} au {closes}",
    exercise="EXERCICE",
    exercise_note="Ceci est un exercice. Rien de ce qu’il contient n’est réel.",
    please_confirm="Veuillez confirmer que vous avez lu et compris ceci\u00a0:",
    your_code="Votre code",
    page_note=(
        "Ouvrir la page ne suffit pas pour confirmer. Vous pouvez aussi y dire ce que vous "
        "allez faire, poser une question ou nous dire que vous rejetez cet avertissement."
    ),
    error="Erreur",
    warning="Avertissement",
    for_you="Un avertissement pour vous",
    cancelled_for_you="Un avertissement qui vous était destiné a été annulé",
    addressed="Pour {name}.",
    addressed_from="Pour {name}, de la part de {house}.",
    exact_words="Le texte exact",
    other_languages="Dans d’autres langues",
    was_cancelled="Cet avertissement a été annulé. Il n’est plus valable.",
    was_replaced=(
        "Cet avertissement a été remplacé par un plus récent. Ne vous fiez pas au texte "
        "ci-dessous\u00a0: cherchez le message plus récent, ou appelez le numéro qu’il "
        "contient."
    ),
    confirmed="Vous avez confirmé. Merci.",
    confirmed_since="Nous savons depuis le {at} que vous avez lu et compris ce message.",
    what_next=(
        "La suite\u00a0: quelqu’un suit cette affaire et pourra vous appeler. Si quelque "
        "chose change, vous recevrez un autre message. Vous n’avez plus rien à faire sur "
        "cette page."
    ),
    confirm_that="Confirmez que vous l’avez reçu",
    confirm_note=(
        "Ouvrir cette page ne confirme rien. Seul votre code confirme\u00a0; il compte même "
        "s’il arrive tard."
    ),
    code_hint=(
        "Huit lettres et chiffres, comme ABCD-EFGH. Il figure dans le message qui vous a "
        "conduit ici."
    ),
    understood="J’ai lu et compris",
    confirm="Confirmer",
    your_name="Votre nom (vous pouvez laisser ce champ vide)",
    tell_us="Dites-nous quelque chose",
    tell_note=(
        "Si vous le souhaitez. Rien de ce que vous écrirez ne fera que nous vous "
        "avertissions moins une autre fois."
    ),
    last_answer="Votre dernière réponse nous est parvenue\u00a0: {at}.",
    what_is_it="De quoi s’agit-il\u00a0?",
    will_act="Ce que je vais faire",
    action_taken="Ce que j’ai fait",
    question="J’ai une question",
    rejected="Je rejette cet avertissement",
    disbelieved="Je n’y crois pas",
    too_general="C’est trop général pour agir",
    propaganda="J’y vois de la propagande",
    passed_on="L’avez-vous transmis\u00a0?",
    to_whom="À qui, et quand\u00a0?",
    your_words="Votre réponse",
    send="Envoyer",
    not_saved="Votre réponse n’a pas été enregistrée",
    ask_code="Saisissez le code qui figure dans le message",
    ask_tick="Cochez la case quand vous avez lu et compris l’avertissement",
    ask_kind="Choisissez ce que vous voulez nous dire",
    ask_words="Écrivez votre réponse",
    code_wrong=(
        "Votre réponse n’a pas été enregistrée\u00a0: ce n’est pas le code du message. "
        "Cherchez les huit lettres et chiffres dans le message et saisissez-les à nouveau."
    ),
    too_many=(
        "Votre réponse n’a pas été enregistrée\u00a0: trop de codes erronés ont été saisis. "
        "Attendez 15 minutes et réessayez, ou appelez le numéro qui figure dans le message."
    ),
    is_it_genuine="Est-il authentique\u00a0?",
    keep_proof="Conserver la preuve",
    keep_words="Conserver le texte exact",
    genuine_note=(
        "Avec ces fichiers, chacun peut vérifier plus tard que cet avertissement vient bien "
        "de nous, et quand."
    ),
    how_to_check="Comment vérifier",
    print_page="Une page à imprimer (PDF)",
    danger="Si vous êtes en danger maintenant, appelez les secours.",
    cannot_wait=(
        "Pour une question urgente\u00a0: appelez le numéro indiqué dans l’avertissement."
    ),
    no_page="Cette page n’existe pas",
    no_page_note=(
        "Utilisez le lien entier du message\u00a0: il a peut-être été coupé lors de la "
        "copie. Ou appelez le numéro qui figure dans le message."
    ),
    sheet_check=(
        "Ouvrez ce lien ou scannez le code\u00a0: si la page montre ce texte, il est "
        "authentique. Elle dit aussi s’il est toujours valable. Ou appelez-nous à un numéro "
        "que vous connaissez par ailleurs et comparez le numéro de contrôle."
    ),
    check_number="Numéro de contrôle",
    as_of="État au {at}",
    spoken_person="Est-ce que je parle à {name}\u00a0?",
    spoken_else=(
        "Un répondeur, ou quelqu’un d’autre\u00a0: dites seulement que vous rappellerez. Ne "
        "dites rien de l’avertissement et ne laissez pas de message."
    ),
    spoken_who=(
        "Je vous appelle de la part de {house}. J’ai un avertissement important pour vous. "
        "Prenez de quoi écrire, s’il vous plaît."
    ),
    spoken_back=(
        "Dites-moi avec vos propres mots\u00a0: que peut-il arriver, où, quand, et "
        "qu’allez-vous faire\u00a0?"
    ),
    spoken_correct="Corrigez ce qui est faux, et redemandez.",
    spoken_code="Votre code, lettre par lettre\u00a0: {code}",
    spoken_end="Merci. Si quelque chose change, nous vous rappellerons.",
    separator="\u00a0: ",
)
