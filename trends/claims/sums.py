"""How many claims of a study hold on each rung of the ladder, fail there, stay open, or say nothing of it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from trends.arguments import checked_arguments
from trends.claims.ladder import ladder
from trends.claims.rulings import Ruling
from trends.claims.rungs import ASKS, Rung

if TYPE_CHECKING:
    from trends.claims.verdict import Verdict

#: What is summed, with the rulings that it sums.
SUMS: dict[str, tuple[Ruling | None, ...]] = {
    "holds": (Ruling.SUPPORTED,),
    "fails": (Ruling.CONTRADICTED, Ruling.NO_MATERIAL_CHANGE),
    "open": (Ruling.CANNOT_TELL,),
    "untestable": (Ruling.UNTESTABLE, Ruling.NOT_ASSESSED),
    "not asserted": (None,),
}


@checked_arguments
def sums_by_rung(verdicts: Sequence["Verdict"]) -> pd.DataFrame:
    """How many claims hold, fail, stay open, are untestable and are not asserted on each rung.

    Parameters
    ----------
    verdicts : sequence of Verdict
        From `trends.assess_all`.

    Returns
    -------
    pandas.DataFrame
        A row for each rung from the lowest up, ``rung`` its index: ``asks``, the question of the rung; then ``holds``,
        ``fails`` (contradicted, or no material change), ``open``, ``untestable`` and ``not asserted``, numbers of
        claims that add up to all in each row.

    Examples
    --------
    >>> import trends
    >>> study = trends.read_study(trends.example_studies()["syria"])
    >>> verdict = trends.assess(study.claim("deir-ez-zor-had-most-operations"), study)
    >>> sums_by_rung([verdict]).loc["recorded", ["holds", "open", "not asserted"]].tolist()
    [1, 0, 0]
    """
    ruled = {rung: [step.ruling for v in verdicts for step in ladder(v) if step.rung is rung] for rung in Rung}
    rows = [
        {"asks": ASKS[rung], **{name: sum(each in of for each in ruled[rung]) for name, of in SUMS.items()}}
        for rung in Rung
    ]
    return pd.DataFrame(rows, index=pd.Index([str(rung) for rung in Rung], name="rung"))


def sums_in_words(sums: Iterable[tuple[str, dict[str, int]]]) -> str:
    """The sums as lines of text, a rung each, for a terminal.

    Examples
    --------
    >>> print(sums_in_words([("recorded", {name: n for n, name in enumerate(SUMS)})]))
                holds  fails  open  untestable  not asserted
    recorded        0      1     2           3             4
    """
    lines = [f"{'':<10}  " + "  ".join(SUMS)]
    for rung, counts in sums:
        lines.append(f"{rung:<10}  " + "  ".join(f"{counts[name]:>{len(name)}}" for name in SUMS))
    return "\n".join(lines)


def sums_record(verdicts: Sequence["Verdict"]) -> list[dict[str, object]]:
    """The sums as plain dictionaries, for JSON: ``rung``, ``asks`` and each number under its name."""
    table = sums_by_rung(verdicts)
    return [
        {"rung": rung, "asks": ASKS[Rung(rung)], **{name: int(table.at[rung, name]) for name in SUMS}}
        for rung in map(str, table.index)
    ]
