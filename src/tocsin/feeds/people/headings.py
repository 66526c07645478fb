"""Which column is what: headings as airlines, registers and officers spell them."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tocsin.feeds.people.model import ListRow, row_of

Kind = Literal["name", "given", "patronymic", "family", "birth", "identifier"]
_SPELLINGS: Final[Mapping[Kind, str]] = {
    "name": """name|names|full name|fullname|complete name|passenger|passenger name|pax name|person
        traveller|traveler|traveller name|traveler name|name original script|original name
        native name|latin name|alias|aliases|weak alias|aka|also known as|other names|former name
        previous name|maiden name|nom complet|nombre completo|vollständiger name|имя полностью
        фио|ф и о|полное имя|піб|повне ім'я|الاسم|الاسم الكامل|نام کامل|نام و نام خانوادگی
        ad soyad|adı soyadı|姓名|名字|氏名|이름|成명""",
    "given": """given|given name|given names|first|first name|first names|firstname|forename
        forenames|christian name|prénom|prénoms|vorname|vornamen|nombre|nombres|nome|имя|ім'я
        الاسم الأول|نام|ad|adı|名""",
    "patronymic": """patronymic|patronym|middle|middle name|middle names|second name|father name
        fathers name|отчество|по батькові|اسم الأب|نام پدر""",
    "family": """family|family name|last|last name|lastname|surname|surnames|nom|nom de famille
        nachname|familienname|apellido|apellidos|cognome|sobrenome|фамилия|прізвище|اللقب
        اسم العائلة|نام خانوادگی|soyad|soyadı|姓""",
    "birth": """birth|born|birth date|date of birth|birthdate|dob|d o b|birthday|year of birth
        birth year|yob|né le|date de naissance|naissance|geburtsdatum|geboren
        fecha de nacimiento|data di nascita|data de nascimento|дата рождения|год рождения
        дата народження|рік народження|تاريخ الميلاد|تاریخ تولد|doğum tarihi|出生日期|生年月日""",
    "identifier": """passport|passport no|passport nr|passport number|passportno|travel document
        travel document number|document|document no|document number|doc no|id|id no|id number
        identity number|identity card|identity card number|national id|national id number
        national number|personal number|passeport|numéro de passeport|passnummer|reisepass
        reisepassnummer|pasaporte|número de pasaporte|dni|паспорт|номер паспорта
        номер документа|رقم الجواز|رقم جواز السفر|شماره گذرنامه|کد ملی|pasaport no|护照号
        护照号码|身份证号""",
}


def folded(heading: str) -> str:
    """Without case, accents, blanks and signs: "Date_of-Birth" and "dateOfBirth" are one."""
    loose = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(one for one in loose if one.isalnum())[:60]


_KINDS: Final[Mapping[str, Kind]] = {
    folded(spelling): kind
    for kind, spellings in _SPELLINGS.items()
    for line in spellings.splitlines()
    for spelling in line.split("|")
}


def kind_of(heading: str) -> Kind | None:
    """What the column under a heading holds; a number behind it does not matter."""
    whole = folded(heading)
    return _KINDS.get(whole) or _KINDS.get(whole.rstrip("0123456789"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What each column holds; `ignored` are the headings of those that are not looked at."""

    kinds: tuple[Kind | None, ...]
    ignored: tuple[str, ...]

    @classmethod
    def of(cls, headings: Sequence[str]) -> "Columns":
        kinds = tuple(kind_of(heading) for heading in headings)
        pairs = zip(headings, kinds, strict=True)
        ignored = tuple(
            " ".join(one.split())[:60] for one, kind in pairs if kind is None and one.strip()
        )
        return cls(kinds=kinds, ignored=ignored)

    @property
    def are_usable(self) -> bool:
        """Whether people can be screened by them."""
        return bool({"name", "given", "family", "identifier"} & set(self.kinds))

    def row(self, number: int, cells: Sequence[str], notes: Sequence[str] = ()) -> ListRow:
        """The row with these cells. Where there are too many, all its words are a name too."""
        found: dict[Kind, list[str]] = {}
        for kind, cell in zip(self.kinds, cells, strict=False):
            if kind and cell.strip():
                found.setdefault(kind, []).append(cell)
        odd, names = list(notes), list(_names(found))
        if any(cell.strip() for cell in cells[len(self.kinds) :]):
            odd.append(
                f"it has {len(cells)} fields under {len(self.kinds)} headings; all its words "
                "were taken for a name too"
            )
            names.append(" ".join(one for one in cells if one.strip() and not _has_digits(one)))
        elif 0 < len(cells) < len(self.kinds) and any(map(str.strip, cells)):
            odd.append(f"it has {len(cells)} fields under {len(self.kinds)} headings")
        return row_of(
            number,
            names=names,
            births=found.get("birth", ()),
            identifiers=found.get("identifier", ()),
            notes=odd,
        )


def _has_digits(text: str) -> bool:
    return any(map(str.isdigit, text))


def _names(found: Mapping[Kind, Sequence[str]]) -> Iterator[str]:
    for cell in found.get("name", ()):
        yield from cell.replace("|", ";").replace("\n", ";").split(";")
    parts = [*found.get("given", ()), *found.get("patronymic", ()), *found.get("family", ())]
    if parts:
        yield " ".join(parts)
