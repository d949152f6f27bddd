"""The script that repeats a verdict: plain Python that anybody can read, run and change."""

import os
from pathlib import Path

from trends.arguments import PathLike, checked_arguments
from trends.claims.claim import Claim
from trends.claims.strict import check_id
from trends.claims.study import Study
from trends.claims.verdict import Verdict
from trends.counts.writing import written_aside
from trends.reports.folder import versions

_SCRIPT = '''"""Repeats the verdict on the claim {id} of the study {title}.

{said}

Needs Python and trends {trends} (pip install trends=={trends}), and the folder of the study. Run it as

    python {name} [FOLDER OF THE STUDY]

It says how the ruling comes about, and ends with exit code 1 where it is another than the one recorded here.
"""

import hashlib
import sys
from pathlib import Path

import trends

STUDY = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent / {study!r}

# The SHA-256 of each file of the study as it was when the verdict was recorded.
FILES = {files}

# Each link, with its ruling and, to six digits, its estimate and interval.
RECORDED = {recorded}

for file, recorded in FILES.items():
    path = STUDY / file
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != recorded:
        print(f"{{file}} is not the file that the verdict was recorded on.")
if trends.__version__ != {trends!r}:
    print(f"This is trends {{trends.__version__}}; the verdict was recorded with {trends}.")

study = trends.read_study(STUDY)
claim = study.claim({id!r})
verdict = trends.assess(claim, study)
print(trends.explain(verdict))

found = {{
    finding.link: (
        str(finding.ruling),
        *(f"{{value:.6g}}" for e in [finding.evidence] if e for value in (e.estimate, e.lower, e.upper)),
    )
    for finding in verdict.findings
}}
different = [link for link in RECORDED | found if RECORDED.get(link) != found.get(link)]
print()
print(f"Not as recorded: {{', '.join(different)}}." if different else "The verdict is as recorded.")
sys.exit(bool(different))
'''


def verdict_script(verdict: Verdict, study: Study, folder: str = ".", name: str = "verdict.py") -> str:
    """The text of a Python script that repeats a verdict and holds it against what was recorded.

    Parameters
    ----------
    verdict : Verdict
        From `assess`.
    study : Study
        What the claim was held against.
    folder : str
        The folder of the study as seen from the script.
    name : str
        The name of the script, for its usage line.
    """
    claim = verdict.claim
    check_id(claim.id, "write the script of a claim")
    recorded = {
        finding.link: (
            str(finding.ruling),
            *(f"{value:.6g}" for e in [finding.evidence] if e for value in (e.estimate, e.lower, e.upper)),
        )
        for finding in verdict.findings
    }
    return _SCRIPT.format(
        id=claim.id,
        title=_quiet(study.title),
        said=_quiet(f"{claim.says}\n({claim.speaker}, {claim.said_on})"),
        trends=versions()["trends"],
        name=_quiet(name),
        study=folder,
        files=_literal({file: found for file, found in study.files if _needed(file, claim)}),
        recorded=_literal(recorded),
    )


@checked_arguments
def write_script(verdict: Verdict, study: Study, path: PathLike) -> Path:
    """Write the script that repeats a verdict; see `verdict_script`.

    Raises
    ------
    InputError
        Where the path cannot be written to.

    Examples
    --------
    >>> import tempfile, trends
    >>> study = trends.read_study(trends.example_studies()["iraq"])
    >>> verdict = trends.assess(study.claim("attacks-1669-in-2019"), study)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = trends.write_script(verdict, study, Path(folder) / "attacks.py")
    ...     print(written.read_text().splitlines()[2])
    There were 1,669 attacks in Iraq in 2019.
    """
    path = Path(path)
    with written_aside(path) as aside:
        folder = Path(os.path.relpath(os.path.realpath(study.path), os.path.realpath(path.parent))).as_posix()
        aside.write_text(verdict_script(verdict, study, folder, path.name), encoding="utf-8")
    return path


def _needed(file: str, claim: Claim) -> bool:
    """Whether a verdict rests on a file of its study: on all of them but the other claims."""
    return not file.startswith("claims/") or file == f"claims/{claim.path}"


def _literal(values: dict) -> str:
    return "\n".join(["{", *(f"    {key!r}: {value!r}," for key, value in values.items()), "}"])


def _quiet(text: str) -> str:
    """A text as a docstring in three quotation marks holds it: none ends it, and none is taken for an escape."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return "".join(letter if letter.isprintable() or letter == "\n" else _escaped(letter) for letter in escaped)


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
