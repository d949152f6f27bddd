"""A claim, read from its TOML file.

Each kind of link is one frozen dataclass whose fields are the keys that its TOML table may have (see
`trends.claims.strict`).
"""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from trends.arguments import PathLike, checked_arguments
from trends.claims.checks.known import read_checks
from trends.claims.claim import Claim, Counts, Event
from trends.claims.registry import KINDS
from trends.claims.strict import Where, read_table, read_toml
from trends.errors import ModelError, StudyError
from trends.periods import period

#: Keys that claims had for what the rungs say of counts, and how the same is said.
_SAID_NOW = {
    "sources": "realised = true",
    "between": 'recorded = { span = "2019", against = "2018", direction = "rise" }',
    "level": "recorded = { at_least = 566 }",
    "share": 'recorded = { share_of = ["Diyala"], about = 0.32 }',
    "rank": 'recorded = { most = "Diyala" }',
}


@checked_arguments
def read_claim(path: PathLike) -> Claim:
    """The claim in a TOML file.

    Raises
    ------
    StudyError
        Where the file is no TOML, or a key or a value is not one that a claim may have.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> claim = read_claim(example_studies()["syria"] / "claims" / "safer-after-baghdadi.toml")
    >>> list(claim.asserts)
    ['realised', 'change', 'lasting']
    """
    text, table = read_toml(path)
    where = Where(str(path), text)
    asserts = table.pop("asserts", {})
    claim = dict(table)
    claim["counts"] = read_table(Counts, claim.pop("counts", {}), where.inside("counts"))
    claim["event"] = read_table(Event, claim.pop("event", {}), where.inside("event"))
    if not isinstance(asserts, dict) or not asserts:
        raise StudyError(
            f"read the claim {where.file}",
            found="no link under [asserts]",
            allowed=f"one or more of {', '.join(KINDS)}",
            do="say what the claim asserts",
        )
    links: dict[str, Any] = {}
    required: dict[str, tuple[str, ...]] = {}
    for name, values in asserts.items():
        if name in _SAID_NOW:
            raise StudyError(
                f"read [asserts] of {where.file}",
                found=f"{where.inside('asserts').line(name)}the key {name!r}",
                allowed="recorded, realised and ordinary for what is said of counts",
                do=f"write it as {_SAID_NOW[name]}",
            )
        if name not in KINDS:
            raise where.inside("asserts").unknown(name, KINDS)
        # `timing = true` asserts a link as its defaults have it, `season = "ramadan"` and `rivals = ["ramadan"]` one by
        # its first key.
        first = fields(KINDS[name].record)[0].name if fields(KINDS[name].record) else None
        values = {} if values is True else {first: values} if first and isinstance(values, str | list) else values
        if isinstance(values, dict) and (named := read_checks(name, KINDS[name].checks, values, where)) is not None:
            required[name] = named
        try:
            links[name] = read_table(KINDS[name].record, values, where.inside(f"asserts.{name}"))
        except ModelError as error:
            asked = f"read [asserts.{name}] of {where.file}"
            raise StudyError(asked, found=error.found, allowed=error.allowed, do=error.do) from None
    claim["asserts"] = links
    found = replace(read_table(Claim, claim, where), checks=required, path=Path(path).name)
    _check_days(found, where)
    return found


def _check_days(claim: Claim, where: Where) -> None:
    """Refuse labels that name no period, and a reading that was written down before the sentence was said."""
    tables = [("", claim, ("said_on", "written")), ("counts", claim.counts, ("first", "last"))]
    tables += [("event", claim.event, ("at", "window"))]
    for table, record, keys in tables:
        for key in keys:
            value = getattr(record, key)
            for label in (value,) if isinstance(value, str) else value or ():
                if label or key in ("said_on", "written"):
                    where.inside(table).check_label(key, label, value)
    for name, link in claim.asserts.items():
        for label in filter(None, KINDS[name].names(link).periods):
            values = {entry.name: getattr(link, entry.name) for entry in fields(link)}
            key = next(
                key
                for key, value in values.items()
                if label == value or (isinstance(value, list | tuple) and label in value)
            )
            where.inside(f"asserts.{name}").check_label(key, label, values[key])
    if period(claim.written).end_time < period(claim.said_on).start_time:
        raise StudyError(
            f"read {where.file}",
            found=f"{where.line('written')}a claim written down on {claim.written} and said on {claim.said_on}",
            allowed="a claim that is written down once it was said",
            do="correct one of the two dates",
        )
