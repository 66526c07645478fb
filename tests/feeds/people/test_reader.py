from zipfile import ZIP_BZIP2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.feeds.people.listing import a_workbook
from tocsin.domain.refusal import Refusal
from tocsin.feeds.people import open_list, workbook

ROW = '<row><c t="str"><v>Name</v></c></row>'


@pytest.fixture
def read(tmp_path):
    def reading(data, **options):
        path = tmp_path / "list"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        with open_list(path, **options) as found:
            return list(found.rows)

    return reading


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_table_is_read_whatever_parts_its_fields_and_encodes_its_letters(
    read, delimiter, charset
):
    table = "Surname,Given_Names,Отчество,DATE OF BIRTH,Passport No.,Nationality\n"
    table += "Царнаев,Тамерлан,Анзорович,21.10.1986,1234 567,RU\n"
    (row,) = read(table.replace(",", delimiter).encode(charset))
    assert row.names == ("Тамерлан Анзорович Царнаев",)
    assert (row.row, row.births, row.identifiers) == (2, "21.10.1986", ("1234 567",))


def test_an_old_encoding_is_guessed_and_one_that_is_named_is_taken(read, tmp_path):
    people = "Иванов Пётр Сергеевич\nСмирнова Ольга Юрьевна\nКузнецов Андрей Павлович\n"
    data = f"имя,фамилия\n{people.replace(' ', ',')}".encode("cp1251")
    (tmp_path / "list").write_bytes(data)
    with open_list(tmp_path / "list") as found:
        assert (found.is_guessed, "Пётр Иванов" in next(found.rows).names) == (True, False)
    (row, *_) = read("name\nMüller\n".encode("latin-1"), encoding="latin-1")
    assert row.names == ("Müller",)


def test_every_broken_row_is_told_by_its_number_and_none_takes_another_with_it(read):
    rows = read(
        b"name,birth\n"
        b'"Norr, Ilda",1980\n'
        b'"Arvo Kask,1981\n'  # 3: a quote that is never closed
        b'Mari "Maa" Tamm,1982\n'
        b"Kask, Arvo,1983\n"  # 5: a field too many
        b"\n"
        b"12345,1984\n"  # 7: a number for a name
        b"Bad \xff byte,1985\n"
        b"Nul\0 Sign,1986\n"
        b",1987\n"  # 10: nobody
        + b"x" * 10_000 + b",1988\n"
        + b"y" * 200_000 + b",1989\n"  # 12: no list has such a line
        + b'"Two\nLines",1990\n'
        + b"Acme Trading LLC,1991"
    )  # fmt: skip
    told = {row.row: row for row in rows}
    assert sorted(told) == [*range(2, 14), 15]
    assert [row for row, one in told.items() if one.state == "broken"] == [7, 8, 10, 12]
    assert all(one.why for one in rows if one.state == "broken")
    assert told[6].state == "empty"
    assert [row for row, one in told.items() if one.notes] == [3, 5, 9, 11, 13, 15]
    assert told[3].names == ("Arvo Kask",)
    assert "Kask Arvo" in told[5].names
    assert told[13].names == ("Two", "Lines")


def test_json_lines_and_follow_the_money_are_read_line_by_line(read):
    rows = read(
        '{"schema":"Person","properties":{"name":["Ilda Norr"],"weakAlias":["Il"],'
        '"birthDate":["1980-01-02","1981"],"passportNumber":["A1"]}}\n'
        '{"schema":"Company","properties":{"name":["Acme"]}}\n'
        '{"first name":"Ilda","lastName":"Norr","dob":1980,"passport_number":123}\n'
        "{broken\n"
        "\n"
        '["no","object"]\n'
        '{"colour":"red"}\n' + "{" * 3_000 + "\n"
        '{"name":"\\ud800"}\n'
    )
    assert [row.row for row in rows] == list(range(1, 10))
    states = ["person", "no person", "person", "broken", "empty", *["broken"] * 4]
    assert [row.state for row in rows] == states
    assert rows[0].names == ("Ilda Norr", "Il")
    assert rows[0].births == "1980-01-02; 1981"
    assert (rows[2].names, rows[2].births, rows[2].identifiers) == (
        ("Ilda Norr",),
        "1980",
        ("123",),
    )


def test_a_workbook_gives_what_is_written_there_and_tells_of_each_cell_that_is_broken(read):
    rows = read(
        a_workbook(
            [
                ["Name", "Birth date", "Passport"],
                ['<c t="s"><v>0</v></c>', '<c s="1"><v>29221</v></c>', "<c><v>1234567.0</v></c>"],
                ['<c t="str"><f>CONCAT(A1)</f><v>Mari Tamm</v></c>'],
                ['<c t="s"><v>99</v></c>'],
                ['<c t="e"><v>#REF!</v></c>'],
                ["", ""],
                ['<c r="XFD7"><v>1</v></c>'],
                ['<c r="A8" t="s"><v>1</v></c>'],
            ]
        )
    )
    assert [(row.row, row.state) for row in rows] == [
        (2, "person"), (3, "person"), (4, "broken"), (5, "broken"), (6, "empty"), (7, "broken"),
        (8, "person"),
    ]  # fmt: skip
    assert rows[0].names == ("Ilda Norr",)
    assert (rows[0].births, rows[0].identifiers) == ("1980-01-01", ("1234567",))
    assert rows[1].names == ("Mari Tamm",)
    assert rows[6].names == ("Arvo Kask",)


def test_a_workbook_that_breaks_off_says_after_which_row(read):
    rows = read(a_workbook([], sheet="<row><c t='str'><v>Name</v></c></row><row><c></row>"))
    assert [(row.row, row.state) for row in rows] == [(2, "broken")]


def test_json_of_any_shape_is_told_and_none_of_it_passes_for_an_empty_row(read):
    rows = read(
        '{"schema":["Person"],"properties":{"name":["Ilda Norr"]}}\n'
        '{"name":{"given":"Ilda","family":"Norr"}}\n'
        '{"name":{"given":"Ilda"},"passport":"A1"}\n'
        '{"name":"Ilda Norr","dob":1980.0,"passport":12345678.0}\n'
        '{"name":"","dob":null}\n'
    )
    assert [row.state for row in rows] == ["no person", "broken", "person", "person", "empty"]
    assert rows[2].notes
    assert (rows[3].births, rows[3].identifiers) == ("1980", ("12345678",))


def test_a_row_of_no_end_is_told_and_what_stood_before_it_is_kept(read, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_BETWEEN", 300_000)
    cells = "<c/>" * 200_000
    rows = read(a_workbook([], sheet=f"{ROW}{ROW}<row>{cells}</row>{ROW}"))
    assert [(row.row, row.state) for row in rows] == [(2, "person"), (3, "broken")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"colour,price\nred,1\n",
        b"[{}]",
        b"\xd0\xcf\x11\xe0locked",
        b"PK\x03\x04 no archive",
        a_workbook([["Name"]], doctype='<!DOCTYPE x [<!ENTITY a "b">]>'),
        a_workbook([["Price"]]),
        a_workbook([["Name"], ["Ilda Norr"]], packed=ZIP_BZIP2),
    ],
    ids=[
        "empty",
        "no name",
        "array",
        "locked",
        "broken",
        "doctype",
        "no name in a workbook",
        "bz2",
    ],
)
def test_what_is_no_list_of_people_is_refused_in_words(read, data):
    with pytest.raises(Refusal, match="The list was not screened"):
        read(data)


@given(st.text(max_size=400))
def test_every_line_of_any_text_is_told_once(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(b"name\n" + text.encode("utf-8", "replace"))
    with open_list(path) as found:
        rows = [row.row for row in found.rows]
    assert rows == sorted(set(rows))
