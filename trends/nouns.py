"""Nouns beside numbers, in the singular or in the plural, several in a row, and factors with their digits."""

import re
from collections.abc import Iterable
from math import floor, isfinite, log10

# What follows the noun that takes the plural: "civilians killed", "events with a death".
_AFTER_NOUN = re.compile(r"(?=,| (?:and|against|by|claimed|hurt|in|killed|kidnapped|of|on|to|with|wounded)\b)")
_QUOTED = re.compile("“[^”]*”")
_IRREGULAR = {"person": "people"}


def plural(n: float, noun: str) -> str:
    """A number with its noun, which is given in the singular.

    Examples
    --------
    >>> plural(1, "month"), plural(1200, "civilian killed"), plural(2, "casualty"), plural(0, "person")
    ('1 month', '1,200 civilians killed', '2 casualties', '0 people')
    """
    return f"{n:,.0f} {noun if n == 1 else many(noun)}"


def many(noun: str) -> str:
    """A noun in the plural: the word itself where it is followed by more."""
    head, *rest = _AFTER_NOUN.split(noun, maxsplit=1)
    *before, word = head.rsplit(" ", 1)
    ended = re.sub(r"(?<=[^aeiou])y$", "ie", word) + ("es" if re.search(r"(?:s|x|ch|sh)$", word) else "s")
    return "".join([" ".join([*before, _IRREGULAR.get(word, ended)]), *rest])


def one(nouns: str) -> str:
    """The singular of what a source counts, which its measure gives in the plural.

    Examples
    --------
    >>> [one(measure) for measure in ("attacks claimed", "people killed, wounded or kidnapped", "casualties", "force")]
    ['attack claimed', 'person killed, wounded or kidnapped', 'casualty', 'force']
    """
    head, *rest = _AFTER_NOUN.split(nouns, maxsplit=1)
    *before, word = head.rsplit(" ", 1)
    irregular = {many: one for one, many in _IRREGULAR.items()}
    word = irregular.get(word) or re.sub(r"(?<=ss|ch|sh)es$|(?<=x)es$|(?<!s)s$", "", re.sub(r"ies$", "ys", word))
    return "".join([" ".join([*before, word]), *rest])


def listed(names: Iterable[str]) -> str:
    """Names as they stand in a sentence: ``"Diyala, Kirkuk and Nineveh"``.

    Examples
    --------
    >>> listed(["Diyala", "Kirkuk", "Nineveh"]), listed(["Mosul, the old town", "Basra"])
    ('Diyala, Kirkuk and Nineveh', 'Mosul, the old town; and Basra')
    """
    *rest, last = names
    apart, before = ("; ", "; and ") if any("," in _QUOTED.sub("", name) for name in (*rest, last)) else (", ", " and ")
    return f"{apart.join(rest)}{before}{last}" if rest else last


def either(names: Iterable[str]) -> str:
    """Names of which one holds, as they stand in a sentence: ``"a step, a ramp or a pulse"``."""
    *rest, last = names
    return f"{', '.join(rest)} or {last}" if rest else last


#: More decimals than these tell no two figures apart that anybody would want told apart.
MOST_DECIMALS = 6


def decimals(size: float) -> int:
    """How many decimals a ratio deserves: two, fewer from 10 on, and below a tenth as many as show two digits.

    Examples
    --------
    >>> [decimals(size) for size in (1669, 32.5, 1.6, 0.32, 0.0312, 0.004, 0.0)]
    [0, 1, 2, 2, 3, 4, 2]
    """
    size = abs(size)
    if size >= 10 or not isfinite(size):
        return 1 if size < 100 else 0
    if round(size, 2) >= 0.1 or size == 0:
        return 2
    # Once it is rounded to two digits: 0.00996 is 0.010.
    rounded = round(size, 1 - floor(log10(size)))
    return min(1 - floor(log10(rounded)), MOST_DECIMALS)


def factor_of(ratio: float) -> str:
    """A ratio with the digits that it deserves, and one that is not zero never as zero.

    Examples
    --------
    >>> [factor_of(ratio) for ratio in (1669, 32.54, 1.6, 0.004, 0.09961, 2e-9, 0.0, float("inf"))]
    ['1,669', '32.5', '1.60', '0.0040', '0.10', 'less than 0.000001', '0.00', 'no limit']
    """
    if ratio == float("inf"):
        return "no limit"
    if ratio and round(ratio, MOST_DECIMALS) == 0:
        return f"less than {10**-MOST_DECIMALS:.{MOST_DECIMALS}f}"
    return f"{ratio:,.{decimals(ratio)}f}"


#: From this factor on a change is told as one: 319 times says more than 31,800 %, and 4.5 times more than 350 %.
LARGEST_PERCENT = 4.0


def by_how_much(factor: float) -> str:
    """How far a factor is from 1, as what stands after "by": percents, or from fourfold on the factor itself.

    Examples
    --------
    >>> by_how_much(1.5), by_how_much(0.2), by_how_much(4.5), by_how_much(319.8)
    ('50 %', '80 %', 'a factor of 4.5', 'a factor of 320')
    """
    return _percents(factor) if factor < LARGEST_PERCENT else f"a factor of {_times(factor)}"


def than(factor: float, other: str) -> str:
    """A factor as a comparison with another, in percents, or from fourfold on in times.

    Examples
    --------
    >>> than(1.5, "elsewhere"), than(0.8, "elsewhere"), than(4.5, "elsewhere")
    ('50 % more than elsewhere', '20 % less than elsewhere', '4.5 times as much as elsewhere')
    """
    if factor >= LARGEST_PERCENT:
        return f"{_times(factor)} times as much as {other}"
    return f"{_percents(factor)} {'more' if factor > 1 else 'less'} than {other}"


def _percents(factor: float) -> str:
    return f"{100 * abs(factor - 1):.0f} %"


def _times(factor: float) -> str:
    return f"{factor:,.0f}" if factor >= 100 else f"{factor:.1f}"
