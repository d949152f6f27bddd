"""The seal of a study: the hash of everything that a verdict rests on, each seal bound to those before it."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from trends.arguments import PathLike
from trends.claims.claim import Claim
from trends.claims.strict import Where, read_table, read_toml
from trends.claims.study import Study
from trends.claims.study_files import study_folder
from trends.claims.words import when_in_words
from trends.counts.opening import is_missing, names_in, plain_member, read_bytes
from trends.counts.writing import written_aside
from trends.errors import StudyError

LOCK = "study.lock"
_HEAD = "[[seals]]\n"
_KINDS = ("plan", "study")


@dataclass(frozen=True)
class Seal:
    """What a study was on a day, by its own account.

    Parameters
    ----------
    date : str
        The day that was given when it was sealed.
    kind : {"plan", "study"}
        Whether all that a verdict rests on was there, or a part: a plan.
    after : str
        SHA-256 of the file as it was before this seal; empty for the first.
    files : tuple of (str, str)
        Each file with its SHA-256, by name.
    """

    date: str
    kind: str
    after: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Written:
    """The keys of one seal in the file."""

    date: str
    kind: str
    after: str = ""


def read_seals(path: PathLike) -> tuple[Seal, ...]:
    """The seals of a study, the first one first; none where it was never sealed.

    Raises
    ------
    StudyError
        Where the file is damaged, or a seal does not follow on what stands before it.
    """
    folder = study_folder(path)
    asked = f"read {folder / LOCK}"
    if is_missing(folder / LOCK):
        return ()
    content = read_bytes(plain_member(folder, LOCK, asked, StudyError), asked, StudyError)
    text, table = read_toml(folder / LOCK, content)
    entries = table.get("seals")
    parts = text.split(_HEAD)
    if set(table) != {"seals"} or not isinstance(entries, list) or len(parts) != len(entries) + 1 or parts[0]:
        raise _damaged(asked, "no list of seals as trends seal writes it")
    seals: list[Seal] = []
    before = ""
    for entry, part in zip(entries, parts[1:], strict=True):
        files = entry.pop("files", None) if isinstance(entry, dict) else None
        if not isinstance(files, dict) or not files or not all(isinstance(hash, str) for hash in files.values()):
            raise _damaged(asked, "a seal without the hashes of its files")
        written = read_table(_Written, entry, Where(str(folder / LOCK), text, "seals"))
        if written.kind not in _KINDS or written.after != (_hash(before) if before else ""):
            raise _damaged(asked, f"the seal of {written.date}, which does not follow on what stands before it")
        seal = Seal(_day(written.date, asked).isoformat(), written.kind, written.after, tuple(sorted(files.items())))
        if seals and seal.date < seals[-1].date:
            raise _damaged(asked, f"the seal of {seal.date} after that of {seals[-1].date}")
        seals.append(seal)
        before += _HEAD + part
    return tuple(seals)


def _damaged(asked: str, found: str) -> StudyError:
    return StudyError(asked, found=found, allowed="seals as they were written", do="restore the file")


def _day(text: str, asked: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        do = "write it in this way"
        raise StudyError(asked, found=f"the date {text!r}", allowed="a day such as 2026-11-21", do=do) from None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sealed_files(path: PathLike) -> dict[str, str]:
    """The SHA-256 of every file of a study's folder that its reports rest on, those not yet there left out."""
    folder = study_folder(path)
    asked = f"seal the study {folder}"
    _, table = read_toml(folder / "study.toml")
    # A plan is sealed before the study is read: nothing says yet that its tables are tables.
    tables = [table, *_tables(table.get("sources")), table.get("style")]
    keys = ("counts", "published", "outlines", "logo")
    values: list[object] = [each.get(key) for each in tables if isinstance(each, dict) for key in keys]
    named = [value for value in values if isinstance(value, str)]
    claims = [f"claims/{name}" for name in names_in(folder / "claims", ".toml", asked, StudyError)]
    found = {}
    for name in sorted({"study.toml", "events.csv", *named, *claims} - {""}):
        file = plain_member(folder, name, asked, StudyError)
        if not is_missing(file):
            found[name] = hashlib.sha256(read_bytes(file, asked, StudyError)).hexdigest()
    return found


def _tables(table: object) -> list[object]:
    return list(table.values()) if isinstance(table, dict) else []


def seal_study(path: PathLike, day: str, *, plan: bool = False, study: Study | None = None) -> Seal:
    """A new seal at the end of a study's ``study.lock``, bound to the seals before it.

    Parameters
    ----------
    path : str or path-like
        The folder of the study.
    day : str
        The day of the seal, by the study's own account: the program asks no clock.
    plan : bool
        Whether counts may still be lacking. A claim that such a seal holds was written down before those counts were
        in the study.
    study : Study, optional
        The study as it was read, for a seal that is no plan.

    Raises
    ------
    StudyError
        Where the day lies before the last seal or before a claim was written down, nothing differs from the last
        seal, or the study is incomplete and this is no plan.

    Notes
    -----
    ``after`` is the SHA-256 of all that stands in the file before the seal, so that no seal can be put in, taken out
    or dated anew without changing all that follow. That the newest one is not made up is shown by handing the SHA-256
    of the file to somebody else on the day.
    """
    folder = study_folder(path)
    asked = f"seal the study {folder}"
    if not plan and study is None:
        do = "read the study, or make a plan"
        raise StudyError(asked, found="no study that was read", allowed="a complete study, or a plan", do=do)
    seals, files = read_seals(folder), sealed_files(folder)
    when = _day(day, asked)
    if seals and when.isoformat() < seals[-1].date:
        found, do = f"the date {when}, before the seal of {seals[-1].date}", "give the day on which it is sealed"
        raise StudyError(asked, found=found, allowed="that day or a later one", do=do)
    if seals and dict(seals[-1].files) == files:
        found, do = f"nothing that differs from the seal of {seals[-1].date}", "leave it as it is"
        raise StudyError(asked, found=found, allowed="a study that was changed since", do=do)
    for claim in study.claims if study else ():
        check_written(claim, when.isoformat(), asked)
    content = "" if not seals else read_bytes(folder / LOCK, asked, StudyError).decode()
    seal = Seal(when.isoformat(), "plan" if plan else "study", _hash(content) if content else "", tuple(files.items()))
    rows = "".join(f'"{_escaped(name)}" = "{hash}"\n' for name, hash in seal.files)
    told = f'{_HEAD}date = "{seal.date}"\nkind = "{seal.kind}"\nafter = "{seal.after}"\n[seals.files]\n{rows}'
    with written_aside(folder / LOCK) as aside:
        aside.write_bytes((content + told).encode())
    return seal


def _escaped(name: str) -> str:
    return name.replace('"', '\\"')


def check_written(claim: Claim, sealed: str, asked: str) -> None:
    """Refuse a claim that was written down after the day on which it was sealed, which cannot be."""
    if claim.written[:10] > sealed[: len(claim.written)]:
        found = f"the claim {claim.id!r}, written down on {claim.written}, and a seal of {sealed}"
        raise StudyError(asked, found=found, allowed="claims written down by then", do="correct one of the two dates")


def differences(study: Study) -> list[str]:
    """How a study differs from its newest seal, a sentence for each file; empty where it does not, or has no seal."""
    seals = read_seals(study.path)
    if not seals:
        return []
    sealed, now, told = dict(seals[-1].files), sealed_files(study.path), f"the seal of {seals[-1].date}"
    changes: dict[str, Callable[[str], bool]] = {
        "is not the file of": lambda name: name in sealed and name in now and sealed[name] != now[name],
        "was added after": lambda name: name not in sealed,
        "is missing, but is in": lambda name: name not in now,
    }
    return [f"{name} {what} {told}." for name in sorted(sealed | now) for what, holds in changes.items() if holds(name)]


def check_sealed(study: Study) -> None:
    """Refuse a study that has no seal of all that its verdicts rest on, or differs from it.

    Raises
    ------
    StudyError
        With the first difference.
    """
    asked, seals = f"hold the study {study.path} against its seal", read_seals(study.path)
    allowed = "a study as it was sealed"
    if not seals or seals[-1].kind != "study":
        raise StudyError(
            asked,
            found="no seal of the whole study",
            allowed=allowed,
            do="seal it with trends seal, or leave --sealed out",
        )
    found = differences(study)
    if found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        do = "restore the files, or seal the study anew where the change is meant"
        raise StudyError(asked, found=f"{found[0][:-1]}{more}", allowed=allowed, do=do)
    for claim in study.claims:
        check_written(claim, seals[-1].date, asked)


def planned(claim: Claim, study: Study, seals: Sequence[Seal]) -> str:
    """The day of the first seal that holds a claim as it is and not the counts it is about; empty where none does."""
    hashes, file = dict(study.files), f"claims/{claim.path}"
    source = study.sources[claim.counts.source or study.source]
    for n, seal in enumerate(seals):
        if file in hashes and dict(seal.files).get(file) == hashes[file]:
            # Counts that this seal or an earlier one held, in whatever form, were known when the claim was sealed.
            known = any((source.counts or source.published) in dict(earlier.files) for earlier in seals[: n + 1])
            return "" if known else seal.date
    return ""


def written_words(study: Study | None) -> Callable[[Claim], str]:
    """A function from a claim to when it was written down, and what the seals of its study say of it."""
    seals = read_seals(study.path) if study else ()
    whole = bool(study and seals and seals[-1].kind == "study" and not differences(study))

    def words(claim: Claim) -> str:
        told = f"{when_in_words(claim.written)}, by the study's own account"
        if study and (day := planned(claim, study, seals)):
            return f"{told}; sealed on {when_in_words(day)}, before its counts were in the study"
        if whole:
            return f"{told}; sealed with its counts on {when_in_words(seals[-1].date)}"
        return f"{told}; {'not as it was sealed' if seals else 'not sealed'}"

    return words
