"""What a cancellation tells people to do, offered to the officer who writes it beforehand."""

from collections.abc import Mapping

NO_LONGER: Mapping[str, str] = {
    "ar": "لم يعد عليكم اتباع ما جاء في التحذير.",
    "de": "Sie müssen nicht mehr tun, wozu die Warnung aufforderte.",
    "en": "You no longer need to do what the warning asked.",
    "es": "Ya no hace falta que haga lo que pedía el aviso.",
    "fa": "دیگر لازم نیست آنچه را هشدار خواسته بود انجام دهید.",
    "fr": "Il n’est plus nécessaire de faire ce que l’avertissement demandait.",
    "he": "אין עוד צורך לעשות את מה שהאזהרה ביקשה.",
    "hi": "अब वह करना ज़रूरी नहीं है जो चेतावनी में कहा गया था।",
    "it": "Non è più necessario fare quanto chiedeva l’avviso.",
    "nl": "U hoeft niet langer te doen wat de waarschuwing vroeg.",
    "pl": "Nie trzeba już robić tego, o co prosiło ostrzeżenie.",
    "pt": "Já não é preciso fazer o que o aviso pedia.",
    "ru": "Больше не нужно делать то, о чём просило предупреждение.",
    "sw": "Huhitaji tena kufanya yale ambayo onyo liliomba.",
    "tg": "Дигар лозим нест, ки он чи огоҳӣ талаб мекард, иҷро шавад.",
    "tr": "Uyarının istediklerini artık yapmanız gerekmiyor.",
    "uk": "Більше не потрібно робити те, про що просило попередження.",
    "zh": "您不再需要按照警告的要求行事。",
}
"""By language, one of each catalogue of `domain.phrases`."""
