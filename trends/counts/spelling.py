"""What is compared when two spellings of a place are: letters without accents, articles, and words for its kind."""

import re
import unicodedata
from functools import cache, lru_cache

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʻʼʿʾʹ\u200c\u200d\u200e\u200f"))
_LETTERS = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ə": "a", "æ": "ae", "œ": "oe", "&": " and "}
    # Persian and Urdu write two letters of Arabic otherwise, and keyboards mix them.
    | {"ی": "ي", "ى": "ي", "ک": "ك", "ہ": "ه"}
)
# In these scripts a mark is an accent or a short vowel that texts leave out; in all others it is part of the letter.
_ACCENTED = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW")
_ARTICLES = frozenset("al el an ar as ash at ad az ed es".split())
_JOINING = frozenset(["and"])
_OF = ("of", "de", "du", "d", "da", "do")

#: Words for a kind of division, and what its type is called in ISO 3166-2 where it has a city of the same name.
REGION_WORDS = frozenset(
    "province governorate governorates muhafazah muhafazat muhafaza mohafazah wilayah wilayat wilaya region state"
    " oblast department prefecture محافظة ولاية"
    " provincia provincie provinz departamento departement estado regiao republic emirate canton county district"
    " division krai kray okrug raion rayon oblasti viloyati oblysy область край район استان ولايت إمارة منطقة".split()
)
#: Words for a city that is a division of its own.
CITY_WORDS = frozenset("city municipality capital ciudad misto gorod horad shahri qalasy grad miasto urban".split())
#: What names are compared without, at either end.
LEFT_OUT = REGION_WORDS | CITY_WORDS | _ARTICLES


@lru_cache(maxsize=1 << 16)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in small letters, without accents, apostrophes and what joins two of them.

    Examples
    --------
    >>> words_of("Şalāḩ ad-Dīn & Co")
    ('salah', 'ad', 'din', 'co')
    """
    text = name.casefold().translate(_APOSTROPHES).translate(_LETTERS)
    if not text.isascii():
        text = _without_accents(text)
    words = re.sub(r"[\x00-/:-@\[-`{-\x7f]+", " ", text).split()
    return tuple(word for word in words if word not in _JOINING) or tuple(words)


def _without_accents(text: str) -> str:
    """A text of whatever script with its letters, and of its marks those that are part of one."""
    kept: list[str] = []
    base = True
    for letter in unicodedata.normalize("NFKD", text):
        kind, accented = _kind_of(letter)
        if kind[0] == "M":
            if not base:
                kept.append(letter)
        elif kind[0] in "LN":
            if kind != "Lm" or letter not in "ʹʺˈˊˋː":
                base = accented
                if kind != "Lm" or not base:
                    kept.append(letter)
        else:
            kept.append(" ")
    return "".join(kept).translate(_LETTERS)


@cache
def _kind_of(letter: str) -> tuple[str, bool]:
    """The category of a character, and whether it is of a script in which marks are accents."""
    return unicodedata.category(letter), unicodedata.name(letter, "").startswith(_ACCENTED)


def without_kind(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without those that say what kind of division it is, at either end; never without all of them.

    Examples
    --------
    >>> without_kind(words_of("Governorate of Diyala")), without_kind(("region",))
    (('diyala',), ('region',))
    """
    kept = list(words)
    while len(kept) > 1 and kept[-1] in REGION_WORDS:
        kept.pop()
    while len(kept) > 1 and kept[0] in REGION_WORDS:
        kept.pop(0)
        if len(kept) > 1 and kept[0] in _OF:
            kept.pop(0)
    return tuple(kept)


def without_city(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without the one that says that it is a city, at either end; never without all of them.

    Examples
    --------
    >>> without_city(words_of("City of Minsk")), without_city(words_of("Kyiv City"))
    (('minsk',), ('kyiv',))
    """
    if len(words) > 1 and words[-1] in CITY_WORDS:
        return words[:-1]
    if len(words) > 1 and words[0] in CITY_WORDS:
        return words[2:] if len(words) > 2 and words[1] in _OF else words[1:]
    return words


def joined(words: tuple[str, ...]) -> str:
    """The words as one, without an Arabic article before them."""
    return "".join(words[1:] if len(words) > 1 and words[0] in _ARTICLES else words)


def spelling_key(name: str) -> str:
    """What is left of a name once accents, apostrophes, articles, spaces and words such as "province" are gone.

    Accents go in scripts where they are accents. In Devanagari and its kin the marks are vowels and stay.

    Examples
    --------
    >>> spelling_key("Şalāḩ ad Dīn province"), spelling_key("At-Ta'mim"), spelling_key("Al-Anbar Governorate")
    ('salahaddin', 'tamim', 'anbar')
    >>> spelling_key("टोगो") == spelling_key("टोंगा")
    False
    """
    return joined(without_kind(words_of(str(name))))


def unordered_key(words: tuple[str, ...]) -> str:
    """The words of a name of several in one order, without what joins them; empty for a name of one word.

    Languages differ in which of two words comes first: Nord-Kivu is Kivu du Nord.

    Examples
    --------
    >>> unordered_key(words_of("Kivu du Nord")) == unordered_key(words_of("Nord-Kivu"))
    True
    """
    kept = [word for word in without_kind(words) if word not in _OF and word not in _ARTICLES]
    return " ".join(sorted(kept)) if len(kept) > 1 else ""


def full_key(name: str) -> str:
    """The same with the words for its kind: "Kyiv oblast" is not "Kyiv".

    Examples
    --------
    >>> full_key("Kyiv oblast")
    'kyivoblast'
    """
    return joined(words_of(str(name)))
