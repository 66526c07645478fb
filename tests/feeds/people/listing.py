"""Lists of people made for tests, good ones and hostile ones."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def a_workbook(
    rows: Sequence[Sequence[str]],
    *,
    sheet: str = "",
    doctype: str = "",
    more: str = "",
    packed: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """An XLSX of one sheet; `sheet` replaces its rows' XML, a cell that begins with < is XML."""
    made = sheet or "".join(
        f'<row r="{number}">{"".join(map(_cell, row))}</row>' for number, row in enumerate(rows, 1)
    )
    files = {
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="People" sheetId="1" r:id="r1"/>{more}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELS}">'
        '<Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}"><si><t>Ilda Norr</t></si>'
        "<si><r><t>Arvo </t></r><r><t>Kask</t></r></si></sst>",
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs><xf numFmtId="0"/>'
        '<xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'{doctype}<worksheet xmlns="{_MAIN}"><sheetData>{made}'
        "</sheetData></worksheet>",
    }
    made_of = io.BytesIO()
    with zipfile.ZipFile(made_of, "w", packed) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made_of.getvalue()


def _cell(text: str) -> str:
    return text if text.startswith("<") else f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'
