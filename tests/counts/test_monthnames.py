from trends.counts.monthnames import _NAMES, _SHORT, MONTH_NUMBERS, plain_letters


def test_every_language_has_twelve_months_and_no_name_is_of_two():
    held = {}
    for names in (*_NAMES, *_SHORT):
        assert len(names.split()) == 12
        for place, name in enumerate(names.split(), 1):
            assert held.setdefault(plain_letters(name), place) == place, name
    assert set(MONTH_NUMBERS.values()) == set(range(1, 13))


def test_capitals_of_turkish_and_accents_do_not_hide_a_name():
    assert MONTH_NUMBERS[plain_letters("MAYIS")] == 5 and MONTH_NUMBERS[plain_letters("DÉCEMBRE")] == 12
