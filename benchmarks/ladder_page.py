"""The page docs/reliability.md: how often each rung was wrong in simulated studies, and what its words are worth."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from trends import drawing
from trends.chance.evidence import likelihood_words

_TEXT = Path(__file__).with_name("ladder_studies.txt")
#: How reporting goes that a ruling on what was realised assumes: drift as it was learned, or less.
ASSUMED = ("as learned", "not at all")
_REPORTED = """\
A ruling on what was realised assumes that counters drift as was learned, or less. No counter shows it where all media
collapse at once, and bursts are shorter than any drift that was learned: what these two cost stands apart here. The
page of a claim says how much all reporting would have had to rise or fall for its ruling to be overturned."""

# How sure of the likelier side is told apart: all of it, and by the words for it.
_SURE = {"all": (0.5, 1.0), "likely": (0.55, 0.8), "very likely": (0.8, 0.95), "almost certain": (0.95, 1.0)}
_WORLDS = """\
Made by `python -m benchmarks.ladder_worlds WORLDS.csv`: {n} series of the world's table, an effect put into each,
asked in worlds one step apart. *As it is* is what the engine learned from. *A constant share* counts a fourth of four
times as many incidents. In *drift* this share drifts as those of counters do, on top of the drift that the table has
already, since it is itself what a counter recorded. In *bursts* it is besides three times as large, or a third, in
one month of ten; in *collapse* it is half from the month of the change on. *Said* is the mean probability of the
likelier side, *so* how often it was the right one.

Where the counter behaves as those that the engine learned from, or sees a constant share, the words are worth what
they say. What they lose above is the reporting: a change and a new level are of what one counter recorded, and no
longer series tells a share seen that falls from incidents that do. What was **realised** allows for that.

*Still there* is the sentence of **lasting** that half or more of a change was there later, asked of changes that
passed after three months and of those that did not, at even odds. It is told no surer than this table bears out
(`trends/chance/calibration.py`)."""


def errors(found: pd.DataFrame) -> pd.DataFrame:
    """By rung: how often it supported what was false and contradicted what was true, with standard errors.

    Without an effect, or after one that has passed, neither direction is true: both certain rulings are false there.
    """
    rows = []
    for rung, part in found.groupby("rung", sort=False):
        # Where no truth was put in there was no effect; a window is then neither right nor wrong.
        false = part["true"].fillna(0.0) == 0
        true = (part["true"] == 1) | (part["true"].isna() & (rung != "timing"))
        supported, contradicted = part["ruling"] == "SUPPORTED", part["ruling"] == "CONTRADICTED"
        certain = supported | contradicted
        wrong = (supported & false) | (contradicted & true)
        rows.append(
            {
                "rung": rung, "false claims": int(false.sum()), "supported": share(supported[false]),
                "true claims": int(true.sum()), "contradicted": share(contradicted[true]),
                "certain": int(certain.sum()), "wrong among these": share(wrong[certain]),
                "true and supported": share(supported[part["true"] == 1]),
                "false and contradicted": share(contradicted[part["true"] == 0]),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def share(part: pd.Series) -> str:
    """A share in percent with its standard error."""
    n = len(part)
    if not n:
        return "–"
    p = float(part.mean())
    # One more of each, so that none in few does not look certain (Agresti & Coull 1998).
    smooth = (part.sum() + 1) / (n + 2)
    return f"{100 * p:.1f} % ({100 * float(np.sqrt(smooth * (1 - smooth) / n)):.1f})"


def reliability(found: pd.DataFrame) -> pd.DataFrame:
    """By rung and word: the mean probability that was said, and how often what was said was true."""
    rows = []
    known = found[found["rung"].isin(("realised", "change", "lasting", "timing"))].dropna(
        subset=["probability", "true"]
    )
    for (rung, words), part in known.assign(words=known["probability"].map(likelihood_words)).groupby(
        ["rung", "words"]
    ):
        smooth = (part["true"].sum() + 1) / (len(part) + 2)
        rows.append(
            (
                rung, words, len(part), part["probability"].mean(), part["true"].mean(),
                float(np.sqrt(smooth * (1 - smooth) / len(part))),
            )
        )  # fmt: skip
    columns = ["rung", "words", "n", "said", "true", "standard error"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["rung", "said"], ignore_index=True)


def intervals(found: pd.DataFrame) -> pd.DataFrame:
    """By how reporting went: coverage of the interval of what was realised, and its wrong signs."""
    part = found[(found["rung"] == "realised") & found["lower"].notna() & (found["level"] < 1)]
    rows = []
    for reporting, each in [*part.groupby("reporting"), ("all", part)]:
        covered = (each["lower"] <= each["truth"]) & (each["truth"] <= each["upper"])
        above, below = each["lower"] > 1, each["upper"] < 1
        wrong = (above & (each["truth"] < 1)) | (below & (each["truth"] > 1))
        rows.append(
            (reporting, len(each), share(covered), share(above | below), share(wrong), share(wrong[above | below]))
        )
    columns = [
        "reporting",
        "studies",
        "covered (90 % intervals)",
        "sure of a sign",
        "wrong sign",
        "wrong among the sure",
    ]
    return pd.DataFrame(rows, columns=columns)


def by_reporting(found: pd.DataFrame) -> pd.DataFrame:
    """What `errors` has of the rulings on what was realised, by how reporting went."""
    part = found[found["rung"] == "realised"]
    groups = {"as the ruling assumes": part[part["reporting"].isin(ASSUMED)]} | dict(list(part.groupby("reporting")))
    tables = [errors(each).assign(rung=name) for name, each in (groups | {"all": part}).items() if len(each)]
    return pd.concat(tables, ignore_index=True).rename(columns={"rung": "reporting"})


def reliability_chart(found: pd.DataFrame, worlds: pd.DataFrame) -> Axes:
    """What was said against what was true, a marker a word, for what was realised and for a change in two worlds."""
    ax = drawing.axes(height=4.2)
    ax.plot([0, 1], [0, 1], color=drawing.COLOURS["muted"], linewidth=0.8, linestyle=(0, (4, 2)))
    same = worlds[(worlds["question"] == "change") & (worlds["world"] == "a constant share")].assign(rung="change")
    drawn = {
        "realised": (found, "realised", "o", "fit"),
        "change, reporting as in the studies": (found, "change", "s", "expected"),
        "change, a constant share seen": (same, "change", "D", "counts"),
    }
    for label, (rows, rung, marker, colour) in drawn.items():
        part = reliability(rows)[lambda table, rung=rung: table["rung"] == rung]
        ax.errorbar(
            part["said"], part["true"], yerr=2 * part["standard error"], marker=marker, linestyle="none", capsize=2,
            color=drawing.COLOURS[colour], label=label, markersize=5,
        )  # fmt: skip
    ax.set_xlim(0, 1)
    ax.set_ylim(-0.02, 1.02)
    ax.legend(frameon=False, loc="upper left")
    n, more = found["study"].nunique(), same["study"].nunique()
    caption = (
        f"Across: the probability that was said, the mean of each word. {n} studies, {more} series of a "
        "constant share; bars: two standard errors."
    )
    return drawing.finish(ax, caption=caption, y_label="share that was true")


def worlds_table(found: pd.DataFrame) -> pd.DataFrame:
    """By question and world: what was said of the likelier side, and how often that was so, in all and by its size."""
    rows = []
    for (question, world), part in found.groupby(["question", "world"], sort=False):
        sure = np.maximum(part["probability"], 1 - part["probability"])
        right = (part["probability"] > 0.5) == (part["true"] == 1)
        row: dict[str, object] = {"question": question, "world": world, "n": len(part)}
        for name, (low, high) in _SURE.items():
            inside = (sure > low) & (sure <= high)
            row[f"{name}: said"] = f"{100 * sure[inside].mean():.1f} %" if inside.any() else "–"
            row[f"{name}: so"] = share(right[inside])
        rows.append(row)
    return pd.DataFrame(rows).sort_values("question", kind="stable", ignore_index=True)


def printed(table: pd.DataFrame) -> str:
    """A table of the page."""
    lines = ["| " + " | ".join(table.columns) + " |", "|" + "---|" * len(table.columns)]
    for row in table.itertuples(index=False):
        lines.append("| " + " | ".join(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row) + " |")
    return "\n".join(lines)


def page(found: pd.DataFrame, worlds: pd.DataFrame) -> str:
    """docs/reliability.md, of the studies and of the same series in worlds one step apart."""
    text = _TEXT.read_text(encoding="utf-8").strip()
    n = found["study"].nunique()
    return (
        f"{text.format(studies=n, rows=len(found))}\n\n## By rung\n\n{printed(errors(found))}\n\n"
        f"## The words\n\n![What was said against what was true](reliability.png)\n\n{printed(reliability(found))}\n\n"
        f"## What the words of a change depend on\n\n{_WORLDS.format(n=worlds['study'].nunique())}\n\n"
        f"{printed(worlds_table(worlds))}\n\n"
        f"## What was realised, by how reporting went\n\n{_REPORTED}\n\n{printed(by_reporting(found))}\n\n"
        f"Its intervals:\n\n{printed(intervals(found))}\n"
    )
