"""Write trends/counts/place_languages.tsv: the names of provinces in French and in Arabic, as CLDR has them.

``python -m benchmarks.place_languages FOLDER`` reads a release of CLDR, whose folder is ``common`` (Debian's package
unicode-cldr-core holds one). Its codes are those of several years: Iran and Morocco have numbered their provinces
anew. So a name goes to the province that the English name of the same row stands for, and one that stands for another
province of the country is left out, as is one of two that are alike.
"""

import re
import sys
from collections import Counter, defaultdict
from difflib import get_close_matches
from pathlib import Path
from xml.etree import ElementTree

from trends.counts.gazetteer import LANGUAGES, countries_with_provinces, gazetteer
from trends.counts.provinces import find_provinces
from trends.counts.spelling import full_key

_TABLE = Path(__file__).parents[1] / "trends" / "counts" / "place_languages.tsv"
#: Words for the kind of a division, which a chart of one country has no room for.
_KINDS = {
    "fr": r"(?i:provinces?|gouvernorat|wilaya|willaya|région|district|État|état|oblast|kraï|raion|comté|préfecture"
    r"|département|municipalité|canton|paroisse|voïvodie|comitat|subdivision)",
    "ar": r"(?:محافظة|ولاية|مقاطعة|منطقة|إقليم|اقليم|إمارة|امارة|مديرية|شعبية|أوبلاست|كراي|أبرشية|كانتون|دائرة|إدارة)",
}
# "du" is an article too: the Cairo of "gouvernorat du Caire" is Le Caire, but Centre stands well alone.
_JOINED = re.compile(r"\s+(?:de la |de l['’]|des |de |d['’]|du (?=Nord|Sud|Centre|Littoral|Plateau|Delta)|(?=[A-ZÉ]))")
#: Names that were read and are not those of the province today: a project, a town, a former name, sounds for words.
_NOT_OF_THE_PROVINCE = {
    "fr": ("CD-BC", "CD-KC", "CD-LO"),
    "ar": ("BF-04", "BF-06", "CM-CE", "CM-LT", "FR-75C", "PK-IS"),
}
#: How alike the English name of CLDR and one of the tables are at least, where these do not know it.
_ALIKE = 0.7
#: Persian keyboards have other letters for two of Arabic.
_ARABIC = str.maketrans({"ی": "ي", "ک": "ك", "\u200c": ""})


def main(folder: Path) -> None:
    """Write the table."""
    # The gazetteer reads it too: what is compared with must not be what was written last.
    _TABLE.write_text("#\n", encoding="utf-8")
    english = _names(folder, "en")
    codes = {row: code for row, name in english.items() if (code := _meant(name, f"{row[:2]}-{row[2:]}".upper()))}
    found: dict[str, dict[str, str]] = defaultdict(dict)
    told = []
    for language in LANGUAGES:
        names = _names(folder, language)
        # A row of another code gives way to the one that has the province's own.
        rows = sorted(names.keys() & codes.keys(), key=lambda row: (codes[row].replace("-", "").lower() == row, row))
        full = {codes[row]: names[row] for row in rows}
        kept = _of_their_province(full, language)
        for code, name in kept.items():
            found[code][language] = name
        known = sum(_codes(name, code[:2]) == [code] for code, name in kept.items())
        told.append(f"{language}: {len(kept):,} of {len(set(codes.values())):,} named, {known:,} as in other tables")
    release = re.search(r'cldrVersion CDATA #FIXED "(\S+?)"', (folder / "dtd" / "ldml.dtd").read_text(encoding="utf-8"))
    if release is None:
        sys.exit(f"{folder} is no folder 'common' of CLDR: its dtd/ldml.dtd names no release.")
    lines = [
        f"# code, {', '.join(LANGUAGES)}: subdivisions of CLDR {release[1]} (Unicode-DFS-2016), named by Wikidata."
    ]
    lines += ["\t".join([code, *(found[code].get(each, "") for each in LANGUAGES)]) for code in sorted(found)]
    _TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    print("\n".join(told))


def _names(folder: Path, language: str) -> dict[str, str]:
    """The name of each row of a language, without marks that tell two of one name apart."""
    tree = ElementTree.parse(folder / "subdivisions" / f"{language}.xml")
    marks = r"[¹²³⁴]|\s*\(.*?\)| District$"
    rows = {row.get("type", ""): re.sub(marks, "", row.text or "") for row in tree.iter("subdivision")}
    return {row: name.split("،")[0].strip() for row, name in rows.items() if len(row) > 2 and row[:2].isalpha()}


def _codes(name: str, country: str) -> list[str]:
    return [place.code for place in find_provinces(name, country)] if country in countries_with_provinces() else []


def _meant(name: str, code: str) -> str:
    """The division that an English name stands for; empty where it is not sure to be one."""
    found = _codes(name, code[:2])
    if len(found) == 1 or code in found:
        return code if code in found else found[0]
    known = gazetteer(code[:2])
    near = [key for key, places in known.full.items() if any(place.code == code for place in places)]
    return code if not found and get_close_matches(full_key(name), near, n=1, cutoff=_ALIKE) else ""


def _of_their_province(full: dict[str, str], language: str) -> dict[str, str]:
    """The short names, or the long ones where a country has two that are alike; none where those are, too."""
    kept = {code: _short(name, language) for code, name in full.items() if code not in _NOT_OF_THE_PROVINCE[language]}
    for longer in (full, {}):
        times = Counter((code[:2], name.casefold()) for code, name in kept.items())
        kept = {
            code: name
            if times[code[:2], name.casefold()] == 1 and _codes(name, code[:2]) in ([], [code])
            else longer.get(code, "")
            for code, name in kept.items()
        }
    return {code: name for code, name in kept.items() if name}


def _short(name: str, language: str) -> str:
    """A name without the word for its kind before or after it."""
    kind = _KINDS[language]
    if language == "ar":
        short = re.sub(rf"^{kind}\s*(?=\S)|\s+{kind}$", "", name.translate(_ARABIC))
    else:
        short = re.sub(rf"^{kind}{_JOINED.pattern}", "", name)
    return f"{short[0].upper()}{short[1:]}" if short else name


if __name__ == "__main__":
    main(Path(sys.argv[1]))
