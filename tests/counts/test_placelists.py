import pytest

from trends.counts.placelists import read_spellings, spellings_of
from trends.errors import InputError


@pytest.mark.parametrize(("name", "mark"), [("a.tsv", "\t"), ("a.csv", ",")])
def test_a_file_is_read_by_its_two_columns_and_others_are_passed_over(tmp_path, name, mark):
    rows = ["country,spelling,n", "Ukraine,Kyiv,1", "IQ,Al-Anbar,2"]
    (tmp_path / name).write_text("\n".join(rows).replace(",", mark) + "\n", encoding="utf-8")
    assert read_spellings(str(tmp_path / name)) == [("UA", "Kyiv"), ("IQ", "Al-Anbar")]


def test_the_country_of_rows_that_name_none_may_be_given(tmp_path):
    (tmp_path / "a.csv").write_text("spelling\nKyiv\n", encoding="utf-8")
    assert read_spellings(str(tmp_path / "a.csv"), "Ukraine") == [("UA", "Kyiv")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("spelling\nKyiv\n", "found no column 'country' among spelling; allowed: country, spelling; name the columns"),
        ("country,spelling\nUA,\n", "line 2: found no province; allowed: a province in every row; fill it."),
        ("country,spelling\n,Kyiv\n", "line 2: found no country; allowed: a country in every row; fill it."),
        ("country,spelling\nSoviet Union,Kyiv\n", "line 2: found 'Soviet Union', which is several countries today; "),
        ("country,spelling\n", "found no row; allowed: at least one; check the file."),
    ],
)
def test_a_file_that_cannot_be_is_refused(tmp_path, text, told):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_spellings(str(tmp_path / "a.csv"))
    assert told in str(error.value)


def test_names_of_a_country_may_be_given_with_an_alias_of_it():
    assert spellings_of([" Omsk "], "Soviet Union", {"Soviet Union": "RU"}) == [("RU", "Omsk")]
    assert spellings_of(["Omsk"], None) == [("", "Omsk")]
    with pytest.raises(InputError, match="found no name; allowed: at least one; name one"):
        spellings_of([" "], None)
