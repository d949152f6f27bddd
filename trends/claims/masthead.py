"""Who stands for a study, what it asks, which claims it is about, and how its report looks."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from trends.claims.naming import not_one_of
from trends.claims.strict import Where, read_table
from trends.counts.opening import is_missing, plain_member, read_bytes
from trends.errors import InputError, StudyError
from trends.styling import Style

# A report is to be passed around: a logo is no poster.
_MOST_BYTES = 500_000
_PICTURES = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}


@dataclass(frozen=True)
class Masthead:
    """What stands at the head of a report, none of it required.

    Parameters
    ----------
    question : str
        What the study asks.
    main : tuple of str
        The ids of the claims that it is about, the one that answers the question first.
    analyst, institution, dated, doi : str
        Who made it, for whom, of which day its data are, and where it is registered.
    style : trends.styling.Style
        How its charts look.
    logo : bytes
        A PNG or JPEG picture; empty where there is none.
    form : str
        The form of the logo: ``"png"`` or ``"jpg"``.
    """

    question: str = ""
    main: tuple[str, ...] = ()
    analyst: str = ""
    institution: str = ""
    dated: str = ""
    doi: str = ""
    style: Style = field(default_factory=Style)
    logo: bytes = field(default=b"", repr=False)
    form: str = ""


@dataclass(frozen=True)
class Looks:
    """The keys of [style] in a study.toml."""

    font: str = ""
    accent: str = ""
    width: float = 0.0
    logo: str = ""


def read_masthead(header: object, style: object, where: Where, folder: Path, files: dict[str, str]) -> Masthead:
    """The masthead of a study.

    Parameters
    ----------
    header : object
        The keys of study.toml, among them question, main, analyst, institution, dated and doi.
    style : object
        The table [style].
    where : Where
        The place in study.toml.
    folder : pathlib.Path
        The study's folder.
    files : dict of str to str
        Takes the hash of the logo.

    Raises
    ------
    StudyError
        Where a font, a colour, a width or a picture is none that can be used, or a DOI has another form.
    """
    inside = where.inside("style")
    looks = read_table(Looks, style, inside)
    asked = f"read [style] of {where.file}"
    try:
        own = Style(looks.font, looks.accent, looks.width)
    except InputError as error:
        raise StudyError(asked, found=error.found, allowed=error.allowed, do=error.do) from error
    told = {name: getattr(header, name) for name in ("question", "main", "analyst", "institution", "dated", "doi")}
    if told["doi"] and not re.fullmatch(r"10\.\d{4,9}/\S+", told["doi"]):
        raise StudyError(
            f"read {where.file}",
            found=f"doi = {told['doi']!r}",
            allowed="a DOI such as 10.5281/zenodo.1234567",
            do="write it without an address before it",
        )
    logo, form = _read_logo(folder, looks.logo, asked, files) if looks.logo else (b"", "")
    return Masthead(**told, style=replace(own, accent=own.accent.lower()), logo=logo, form=form)


def _read_logo(folder: Path, name: str, asked: str, files: dict[str, str]) -> tuple[bytes, str]:
    from_name = plain_member(folder, name, asked, StudyError)
    do = "name a picture in the folder of the study"
    if is_missing(from_name):
        raise StudyError(asked, found=f"no file {name}", allowed="a PNG or JPEG picture", do=do)
    content = read_bytes(from_name, asked, StudyError, most=_MOST_BYTES)
    form = next((form for form, start in _PICTURES.items() if content.startswith(start)), "")
    if not form:
        raise StudyError(asked, found=f"{name}, which is no picture", allowed="a PNG or JPEG picture", do=do)
    files[name] = hashlib.sha256(content).hexdigest()
    return content, form


def check_main(masthead: Masthead, ids: list[str], file: str) -> None:
    """Refuse a main claim that the study does not have."""
    for id in masthead.main:
        if id not in ids:
            raise not_one_of(f"read the main claims of {file}", "the claim", id, ids)
