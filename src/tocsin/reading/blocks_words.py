"""The words of links and boilerplate in other languages than English, in small letters.

Each pattern stands under words without which it cannot match. Where text had to be made plain
for matching, letters have lost their accents: so either spelling. From general knowledge of what
news sites print, not checked by a linguist.
"""

LINKS = {
    # Russian, Ukrainian
    "также": "(?:(?:чита[йи]те|читать|смотрите) также|также (?:чита[йи]те|по теме))",
    "по теме": "(?:новости|материалы|ещ[её]) по теме",
    "також": "(?:(?:чита[йи]те|див[іi]ться) також|також чита[йи]те)",
    "за темою": "(?:новини|матер[іi]али) за темою",
    # Arabic, Persian
    "يضا": "(?:[اإ]قر[أا]|شاهد|طالع) [أا]يضا\u064b?",
    "ذات صلة": "(?:مواضيع|موضوعات|[أا]خبار|مقالات|روابط) ذات صلة",
    "لمزيد": "[اإ]قر[أا] المزيد",
    "بخوان": "(?:بیشتر|همچنین|بيشتر|همچنين) بخوان[یي]د",
    "مرتبط": "(?:مطالب|اخبار|خبرها[یي]) مرتبط",
    # French, Spanish, Turkish, German
    " aussi": "(?:[àa] )?(?:lire|voir) aussi",
    "lire ": "(?:[àa] )?lire [ée]galement",
    "me sujet": "sur le m[êe]me sujet",
    "tambi": "(?:lea|lee|leer|vea|ver) tambi[ée]n|tambi[ée]n te puede interesar",
    "puede interesar": "(?:te|le) puede interesar",
    " relacionadas": "(?:noticias|notas) relacionadas",
    " okuyun": "(?:ayr[ıi]ca|bunu da) okuyun",
    " haberler": "(?:ilgili|benzer|di[ğg]er) haberler",
    "lesen sie auch": "lesen sie auch",
    "mehr zum thema": "mehr zum thema",
    # Chinese, in short and long characters
    "阅读": "(?:延伸|相关|推荐|更多)阅读",
    "閱讀": "(?:延伸|相關|推薦|更多)閱讀",
    "相关": "相关(?:新闻|报道|文章)",
    "相關": "相關(?:新聞|報導|文章)",
}

BOILERPLATE = {
    "права": r"(?:все|вс[іi]) права (?:защищены|захищен[іi])\.?",
    "подпи": r"подпи(?:шитесь|сыва[йи]тесь) на [^.\n]{0,80}(?:канал|рассылк|telegram)[^.\n]{0,80}"
    r"(?:\.|$)",
    "підп": r"п[іi]дп(?:исуйтесь|ишіться) на [^.\n]{0,80}(?:канал|telegram)[^.\n]{0,80}(?:\.|$)",
    "الحقوق": "(?:جميع|كل) الحقوق محفوظة",
    "حقوق": "(?:کل[یي]ه|تمام[یي]|تمام) (?:ی )?حقوق [^\n.]{0,60}محفوظ است",
    "droits": r"tous droits r[ée]serv[ée]s\.?",
    "abonnez-vous": r"abonnez-vous [^.\n]{0,60}(?:newsletter|lettre)[^.\n]{0,80}(?:\.|$)",
    "derechos": r"todos los derechos reservados\.?",
    "suscr": r"suscr[íi]b(?:ete|ase) [^.\n]{0,60}(?:newsletter|bolet[íi]n)[^.\n]{0,80}(?:\.|$)",
    " haklar": r"t[üu]m haklar[ıi] sakl[ıi]d[ıi]r\.?",
    "alle rechte": r"alle rechte vorbehalten\.?",
    "版权所有": "版权所有[^\n]{0,60}",
    "版權所有": "版權所有[^\n]{0,60}",
}

# As TELLING in blocks: one of these stands between blanks where any of the above can match.
TELLING = (
    "также", "также:", "теме", "теме:", "читайте", "також", "також:", "темою", "темою:",
    "أيضا", "أيضا:", "أيضاً", "أيضاً:", "ايضا", "ايضا:", "ايضاً", "صلة", "صلة:", "المزيد",
    "المزيد:", "بخوانید", "بخوانید:", "بخوانيد", "بخوانيد:", "مرتبط", "مرتبط:", "aussi", "aussi:",
    "également", "également:", "sujet", "sujet:", "también", "también:", "interesar",
    "interesar:", "relacionadas", "relacionadas:", "okuyun", "okuyun:", "haberler", "haberler:",
    "auch", "auch:", "thema", "thema:", "защищены", "защищены.",
    "захищені", "захищені.", "канал", "канал.", "рассылку", "рассылку.", "محفوظة", "محفوظة.",
    "محفوظ", "droits", "abonnez-vous", "derechos", "suscríbete", "suscríbase", "hakları",
    "rechte",
)  # fmt: skip
# Written without blanks.
TELLING_WITHIN = ("阅读", "閱讀", "相关", "相關", "版权", "版權")
