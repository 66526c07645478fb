"""What stands on the page where somebody lets a browser ring, and what its script says there.

In a sentence `{house}` is who warns, `{ways}` the other ways. English where there is nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.domain.kinds import Method
from tocsin.domain.phrases.tags import nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """One language. Up to `other_ways` what stands there, after it what the script says."""

    language: str
    title: str
    asked_by: str
    asked: str
    shown: str
    sealed: str
    stop: str
    label: str
    hint: str
    button: str
    no_script: str
    other_ways: str
    ways: Mapping[Method, str]
    waiting: str
    tested: str
    untested: str
    already: str
    denied: str
    cannot: str
    unreachable: str
    unsaved: str
    unfit: str
    full: str
    gone: str

    @property
    def said(self) -> Mapping[str, str]:
        """The script's sentences, by the names under which it looks for them."""
        return {name: getattr(self, name) for name in SAID}


SAID = (
    "waiting",
    *("tested", "untested", "already"),
    *("denied", "cannot", "unreachable", "unsaved", "unfit", "full", "gone"),
)

ENGLISH = Ringing(
    language="en",
    title="Let this browser ring",
    asked_by="{house} asks for this, so that a warning reaches you sooner.",
    asked="Whoever gave you this link asks for this, so that a warning reaches you sooner.",
    shown=(
        "When there is a warning for you, this browser rings and shows its first words, also on a "
        "locked screen. Whoever sees the screen can read them."
    ),
    sealed=(
        "It comes through the push service of the browser's maker, sealed: that service learns "
        "when something comes, and cannot read it."
    ),
    stop=(
        "You can end it at any time: forbid this site to notify you, in the settings of the "
        "browser, and say so to whoever gave you the link."
    ),
    label="What to call this browser (you may leave this empty)",
    hint="Such as: Browser on a phone. Officers see it.",
    button="Let this browser ring",
    no_script=(
        "This page needs scripts, and this browser does not run them. Nothing was done. Turn "
        "scripts on for this page, or open the link in another browser."
    ),
    other_ways="Other ways to warn you: {ways}. Ask whoever gave you the link.",
    ways={
        Method.EMAIL: "e-mail",
        Method.SMS: "text message",
        Method.XMPP: "XMPP",
        Method.MATRIX: "Matrix",
        Method.VOICE: "telephone",
        Method.IN_PERSON: "in person",
    },
    waiting="One moment. If the browser asks whether this site may notify you, allow it.",
    tested=(
        "This browser was added, and a test was sent to it. When it rings, tell the code that it "
        "shows to the officer who gave you the link. Until then this way counts as untried."
    ),
    untested=(
        "This browser was added, but it is not sure that a test was sent. If it does not ring "
        "soon, do not rely on it, and say so to whoever gave you the link."
    ),
    already="This browser had been added before. Nothing was changed.",
    denied=(
        "This browser was not added: it may not notify you. Allow notifications for this site in "
        "the settings of the browser, then press the button again."
    ),
    cannot=(
        "This browser was not added: no site can make it ring. Open the link in another browser, "
        "or on another device."
    ),
    unreachable=(
        "This browser was not added: the push service of its maker could not be reached. Try "
        "again later, from another network, or in another browser."
    ),
    unsaved="This browser was not added: it could not be saved. Press the button again.",
    unfit=(
        "This browser was not added: its push service is none that this house can call. Open the "
        "link in another browser."
    ),
    full=(
        "This browser was not added: there are as many ways to you as there may be. Ask whoever "
        "gave you the link to take one away."
    ),
    gone=(
        "This browser was not added: the link is not good any more. Ask whoever gave it to you "
        "for a new one."
    ),
)

GERMAN = Ringing(
    language="de",
    title="Diesen Browser klingeln lassen",
    asked_by="{house} bittet Sie darum, damit eine Warnung Sie früher erreicht.",
    asked=(
        "Wer Ihnen diesen Link gegeben hat, bittet Sie darum, damit eine Warnung Sie früher "
        "erreicht."
    ),
    shown=(
        "Wenn es eine Warnung für Sie gibt, klingelt dieser Browser und zeigt ihre ersten Worte, "
        "auch auf einem gesperrten Bildschirm. Wer den Bildschirm sieht, kann sie lesen."
    ),
    sealed=(
        "Sie kommt verschlossen über den Push-Dienst des Browser-Herstellers: Der Dienst erfährt, "
        "wann etwas kommt, und kann es nicht lesen."
    ),
    stop=(
        "Sie können das jederzeit beenden: Verbieten Sie dieser Website in den Einstellungen des "
        "Browsers die Benachrichtigungen und sagen Sie es dem, der Ihnen den Link gegeben hat."
    ),
    label="Name für diesen Browser (das Feld darf leer bleiben)",
    hint="Zum Beispiel: Browser auf dem Telefon. Zuständige Beamte sehen ihn.",
    button="Diesen Browser klingeln lassen",
    no_script=(
        "Diese Seite braucht Skripte, und dieser Browser führt keine aus. Es ist nichts "
        "geschehen. Erlauben Sie Skripte für diese Seite oder öffnen Sie den Link in einem "
        "anderen Browser."
    ),
    other_ways=(
        "Andere Wege, Sie zu warnen: {ways}. Fragen Sie den, der Ihnen den Link gegeben hat."
    ),
    ways={
        Method.EMAIL: "E-Mail",
        Method.SMS: "SMS",
        Method.XMPP: "XMPP",
        Method.MATRIX: "Matrix",
        Method.VOICE: "Telefon",
        Method.IN_PERSON: "persönlich",
    },
    waiting=(
        "Einen Augenblick. Wenn der Browser fragt, ob diese Website Sie benachrichtigen darf, "
        "erlauben Sie es."
    ),
    tested=(
        "Dieser Browser wurde hinzugefügt, und eine Probe wurde an ihn gesendet. Wenn er klingelt, "
        "nennen Sie den Code, den er zeigt, dem Beamten, der Ihnen den Link gegeben hat. Bis dahin "
        "gilt dieser Weg als nicht erprobt."
    ),
    untested=(
        "Dieser Browser wurde hinzugefügt, aber es ist nicht sicher, dass eine Probe gesendet "
        "wurde. Wenn er nicht bald klingelt, verlassen Sie sich nicht darauf und sagen Sie es dem, "
        "der Ihnen den Link gegeben hat."
    ),
    already="Dieser Browser war schon hinzugefügt. Es wurde nichts geändert.",
    denied=(
        "Dieser Browser wurde nicht hinzugefügt: Er darf Sie nicht benachrichtigen. Erlauben Sie "
        "in den Einstellungen des Browsers Benachrichtigungen dieser Website und drücken Sie den "
        "Knopf noch einmal."
    ),
    cannot=(
        "Dieser Browser wurde nicht hinzugefügt: Keine Website kann ihn klingeln lassen. Öffnen "
        "Sie den Link in einem anderen Browser oder auf einem anderen Gerät."
    ),
    unreachable=(
        "Dieser Browser wurde nicht hinzugefügt: Der Push-Dienst seines Herstellers war nicht zu "
        "erreichen. Versuchen Sie es später, in einem anderen Netz oder in einem anderen Browser."
    ),
    unsaved=(
        "Dieser Browser wurde nicht hinzugefügt: Er konnte nicht gespeichert werden. Drücken Sie "
        "den Knopf noch einmal."
    ),
    unfit=(
        "Dieser Browser wurde nicht hinzugefügt: Seinen Push-Dienst können wir nicht aufrufen. "
        "Öffnen Sie den Link in einem anderen Browser."
    ),
    full=(
        "Dieser Browser wurde nicht hinzugefügt: Es gibt schon so viele Wege zu Ihnen, wie es "
        "geben darf. Bitten Sie den, der Ihnen den Link gegeben hat, einen wegzunehmen."
    ),
    gone=(
        "Dieser Browser wurde nicht hinzugefügt: Der Link gilt nicht mehr. Bitten Sie den, der ihn "
        "Ihnen gegeben hat, um einen neuen."
    ),
)

FRENCH = Ringing(
    language="fr",
    title="Laisser sonner ce navigateur",
    asked_by="{house} vous le demande, pour qu'un avertissement vous parvienne plus tôt.",
    asked=(
        "La personne qui vous a donné ce lien vous le demande, pour qu'un avertissement vous "
        "parvienne plus tôt."
    ),
    shown=(
        "Quand il y a un avertissement pour vous, ce navigateur sonne et en montre les premiers "
        "mots, même sur un écran verrouillé. Quiconque voit l'écran peut les lire."
    ),
    sealed=(
        "Il passe, scellé, par le service de notification de l'éditeur du navigateur : ce service "
        "sait quand quelque chose arrive et ne peut pas le lire."
    ),
    stop=(
        "Vous pouvez y mettre fin à tout moment : interdisez les notifications de ce site dans les "
        "réglages du navigateur et dites-le à la personne qui vous a donné le lien."
    ),
    label="Comment appeler ce navigateur (vous pouvez laisser ce champ vide)",
    hint="Par exemple : navigateur du téléphone. Les agents voient ce nom.",
    button="Laisser sonner ce navigateur",
    no_script=(
        "Cette page a besoin de scripts et ce navigateur ne les exécute pas. Rien n'a été fait. "
        "Autorisez les scripts pour cette page ou ouvrez le lien dans un autre navigateur."
    ),
    other_ways=(
        "Autres moyens de vous avertir : {ways}. Demandez à la personne qui vous a donné le lien."
    ),
    ways={
        Method.EMAIL: "courriel",
        Method.SMS: "SMS",
        Method.XMPP: "XMPP",
        Method.MATRIX: "Matrix",
        Method.VOICE: "téléphone",
        Method.IN_PERSON: "en personne",
    },
    waiting="Un instant. Si le navigateur demande si ce site peut vous notifier, acceptez.",
    tested=(
        "Ce navigateur a été ajouté et un essai lui a été envoyé. Quand il sonne, dites le code "
        "qu'il montre à l'agent qui vous a donné le lien. D'ici là, ce moyen n'est pas éprouvé."
    ),
    untested=(
        "Ce navigateur a été ajouté, mais il n'est pas certain qu'un essai ait été envoyé. S'il ne "
        "sonne pas bientôt, ne comptez pas sur lui et dites-le à la personne qui vous a donné le "
        "lien."
    ),
    already="Ce navigateur avait déjà été ajouté. Rien n'a été changé.",
    denied=(
        "Ce navigateur n'a pas été ajouté : il n'a pas le droit de vous notifier. Autorisez les "
        "notifications de ce site dans les réglages du navigateur, puis appuyez de nouveau sur le "
        "bouton."
    ),
    cannot=(
        "Ce navigateur n'a pas été ajouté : aucun site ne peut le faire sonner. Ouvrez le lien "
        "dans un autre navigateur ou sur un autre appareil."
    ),
    unreachable=(
        "Ce navigateur n'a pas été ajouté : le service de notification de son éditeur est "
        "injoignable. Réessayez plus tard, depuis un autre réseau ou dans un autre navigateur."
    ),
    unsaved=(
        "Ce navigateur n'a pas été ajouté : il n'a pas pu être enregistré. Appuyez de nouveau sur "
        "le bouton."
    ),
    unfit=(
        "Ce navigateur n'a pas été ajouté : nous ne pouvons pas appeler son service de "
        "notification. Ouvrez le lien dans un autre navigateur."
    ),
    full=(
        "Ce navigateur n'a pas été ajouté : il y a déjà autant de moyens de vous joindre qu'il "
        "peut y en avoir. Demandez à la personne qui vous a donné le lien d'en retirer un."
    ),
    gone=(
        "Ce navigateur n'a pas été ajouté : le lien n'est plus valable. Demandez-en un nouveau à "
        "la personne qui vous l'a donné."
    ),
)

RINGING = {one.language: one for one in (ENGLISH, GERMAN, FRENCH)}


def ringing_in(language: str) -> Ringing:
    """The sentences in a language or its nearest, else in English."""
    return RINGING[nearest(language, RINGING) or "en"]
