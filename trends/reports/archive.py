"""The archive of a study: everything that a reviewer needs to do it again, in one zip file whose bytes do not vary."""

import hashlib
import os
import zipfile
from collections.abc import Iterator, Sequence
from importlib.metadata import requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from trends.arguments import PathLike, checked_arguments
from trends.claims.strict import check_id
from trends.claims.study import Study
from trends.claims.verdict import Verdict
from trends.counts.opening import plain_member, read_bytes
from trends.counts.writing import written_aside
from trends.errors import InputError, StudyError
from trends.reports.folder import MANIFEST, outputs_of, package_files, versions
from trends.reports.script import verdict_script

# What a reader finds in a study's folder beside the files that are read. Nothing else is ever packed.
_BESIDE = ("README.md", "README.txt", "LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "LICENCE.md", "LICENCE.txt")

_README = """{title}

This archive holds a study, the report on it, and what it takes to make the report again.

study/             counts, events and claims, as they were read
report/            the report that was made of them; manifest.json has the SHA-256 of every file
scripts/           for each claim a script that repeats its verdict and says where it differs
package/           trends {trends}, the program that made it
requirements.txt   the versions of what the program was run with

With Python {python}, here:

    python -m venv again
    again/bin/pip install -r requirements.txt
    export PYTHONPATH=package
    again/bin/python -m trends report study --out report-again
    again/bin/python scripts/{first}.py

The files of report-again are then those of report/, byte for byte.

Cite the study as: {cite}
Licence: {licence}
"""


@checked_arguments
def write_archive(study: Study, verdicts: Sequence[Verdict], report: PathLike, path: PathLike) -> Path:
    """A replication package: study, report, a script for each verdict, the program, and the versions it was run with.

    Parameters
    ----------
    study : Study
        The study.
    verdicts : sequence of Verdict
        The verdicts on its claims, from `assess_all`.
    report : str or path-like
        The folder that `write_report` wrote of them.
    path : str or path-like
        The zip file to write.

    Raises
    ------
    InputError
        Where the report is not one, or the path is no zip file or cannot be written to.

    Notes
    -----
    The same study and report give the same bytes: the entries are sorted and have one date.

    Examples
    --------
    >>> import tempfile, zipfile
    >>> import trends
    >>> study = trends.read_study(trends.example_studies()["syria"])
    >>> verdicts = [trends.assess(study.claim("deir-ez-zor-had-most-operations"), study)]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = trends.write_report(verdicts, f"{folder}/report", jobs=1)
    ...     made = write_archive(study, verdicts, report, f"{folder}/syria.zip")
    ...     sorted({name.split("/")[0] for name in zipfile.ZipFile(made).namelist()})
    ['README.txt', 'package', 'report', 'requirements.txt', 'scripts', 'study']
    """
    path, report = check_archive(path), Path(report)
    ids = [check_id(verdict.claim.id, f"write the archive {path}") for verdict in verdicts]
    if not ids:
        do = "assess a claim"
        raise InputError(f"write the archive {path}", found="no verdict", allowed="at least one", do=do)
    if not os.path.isfile(report / MANIFEST):
        raise InputError(
            f"archive the report in {report}",
            found=f"no {MANIFEST} there",
            allowed="a folder that a report was written to",
            do="write the report first",
        )
    told = _README.format(
        title=study.title,
        **{name: versions()[name] for name in ("python", "trends")},
        first=ids[0],
        cite=study.cite or "(not said)",
        licence=study.licence or "(not said)",
    )
    entries = {
        "README.txt": told.encode(),
        "requirements.txt": "".join(f"{line}\n" for line in requirements()).encode(),
        **{f"study/{name}": content for name, content in _packed(study)},
        **{f"package/trends/{name}": file.read_bytes() for name, file in package_files().items()},
        **{f"report/{name}": content for name, content in _written(report)},
        **{
            f"scripts/{verdict.claim.id}.py": verdict_script(
                verdict, study, "../study", f"scripts/{verdict.claim.id}.py"
            ).encode()
            for verdict in verdicts
        },
    }
    with written_aside(path) as aside, zipfile.ZipFile(aside, "w") as archive:
        for name, content in sorted(entries.items()):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return path


def check_archive(path: PathLike) -> Path:
    """The path of an archive, refused where it is no zip file's, before the time that its verdicts take."""
    path = Path(path)
    if path.suffix.lower() != ".zip":
        raise InputError(
            f"write the archive {path}", found=f"the suffix {path.suffix!r}", allowed=".zip", do="give it such a name"
        )
    return path


def requirements() -> list[str]:
    """The exact versions of all that this package needs, as pip takes them: ``["duckdb==1.3.2", ...]``."""
    found, open_names = {}, _needs("trends")
    while open_names:
        name = open_names.pop()
        if name not in found:
            found[name] = version(name)
            open_names += _needs(name)
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def _needs(name: str) -> list[str]:
    lines = [Requirement(line) for line in requires(name) or ()]
    return [
        canonicalize_name(line.name) for line in lines if line.marker is None or line.marker.evaluate({"extra": ""})
    ]


def _packed(study: Study) -> Iterator[tuple[str, bytes]]:
    """The files of a study that were read, each still the one that was, and beside them its README and licence."""
    asked = f"archive the study {study.path}"
    for name, recorded in study.files:
        content = read_bytes(plain_member(study.path, name, asked, StudyError), asked, StudyError)
        if hashlib.sha256(content).hexdigest() != recorded:
            raise StudyError(
                asked,
                found=f"{name}, altered since it was read",
                allowed="the files that the verdicts rest on",
                do="assess the claims again",
            )
        yield name, content
    for name in _BESIDE:
        if os.path.lexists(study.path / name):
            yield name, read_bytes(plain_member(study.path, name, asked, StudyError), asked, StudyError)


def _written(report: Path) -> Iterator[tuple[str, bytes]]:
    """What the manifest of a report names, each file the one that was written, and the manifest."""
    asked = f"archive the report in {report}"
    yield MANIFEST, read_bytes(plain_member(report, MANIFEST, asked), asked)
    for name, recorded in outputs_of(report / MANIFEST).items():
        content = read_bytes(plain_member(report, name, asked), asked)
        if hashlib.sha256(content).hexdigest() != recorded:
            found, do = f"{name}, altered since it was written", "write the report again"
            raise InputError(asked, found=found, allowed="the files that the manifest names", do=do)
        yield name, content
