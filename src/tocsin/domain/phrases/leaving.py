"""What stands before the link with which a subscriber leaves a list, in their language."""

from tocsin.domain.phrases.tags import nearest

LEAVE = {
    "ar": "لإلغاء الاشتراك في هذه القائمة:",
    "de": "Von dieser Liste abmelden:",
    "en": "To leave this list:",
    "es": "Para salir de esta lista:",
    "fa": "برای خروج از این فهرست:",
    "fr": "Pour quitter cette liste :",
    "he": "להסרה מרשימה זו:",
    "hi": "इस सूची से हटने के लिए:",
    "it": "Per lasciare questa lista:",
    "nl": "Afmelden voor deze lijst:",
    "pl": "Aby wypisać się z tej listy:",
    "pt": "Para sair desta lista:",
    "ru": "Чтобы отписаться от рассылки:",
    "sw": "Kujiondoa kwenye orodha hii:",
    "tg": "Барои баромадан аз ин рӯйхат:",
    "tr": "Bu listeden çıkmak için:",
    "uk": "Щоб відписатися від розсилки:",
    "zh": "退订此列表：",
}


def leave_in(language: str) -> str:
    """The words in a language or its nearest, else in English."""
    return LEAVE[nearest(language, LEAVE) or "en"]
