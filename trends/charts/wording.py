"""Numbers and captions as a reader wants them, beside the figures of `trends.claims.words`."""

from collections.abc import Collection
from math import isnan

import pandas as pd

from trends import periods
from trends.claims.verdict import Finding, Verdict
from trends.claims.words import figure
from trends.nouns import plural


def percent(rate: float | None, digits: int = 1) -> str:
    """A rate in percent, with a no-break space; whole percents where ``digits`` is 0.

    Examples
    --------
    >>> [percent(rate).replace(chr(160), " ") for rate in (0.0481, 0.5, 0.0, None)]
    ['4.8 %', '50.0 %', '0.0 %', 'not known']
    """
    return "not known" if rate is None or isnan(rate) else f"{100 * rate:.{digits}f}\u00a0%"


def pvalue(value: float | None) -> str:
    """A p-value with two digits that matter, never zero.

    Examples
    --------
    >>> pvalue(0.0321), pvalue(0.00004), pvalue(0.5), pvalue(None)
    ('0.032', 'below 0.001', '0.50', 'none')
    """
    if value is None or isnan(value):
        return "none"
    if value < 0.001:
        return "below 0.001"
    return f"{value:.2f}" if value >= 0.095 else f"{value:.3f}"


def plain(text: str) -> str:
    """A text that a chart prints as it is: a dollar sign begins no formula.

    Examples
    --------
    >>> plain("from $5 to $6")
    'from \\\\$5 to \\\\$6'
    """
    return text.replace("$", r"\$")


def sentence(text: str) -> str:
    """A text with a capital and a full stop.

    Examples
    --------
    >>> sentence("source: UCDP GED 21.1")
    'Source: UCDP GED 21.1.'
    """
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…")) or not text else ".")


def counts_caption(series: pd.Series) -> str:
    """What a series of counts is made of: its source, its watched periods and its sum, as a caption."""
    watched, n = int(series.notna().sum()), len(series)
    noun = periods.frequency_name(periods.frequency_of(series.index))
    unit = series.attrs.get("unit") or "incidents"
    text = sentence(f"source: {series.attrs['source']}") + " " if series.attrs.get("source") else ""
    text += f"n = {plural(watched, noun)}, {figure(float(series.sum()), 'count')} {unit}"
    return text + (f"; {plural(n - watched, noun)} not watched." if watched < n else ".")


def finding_caption(verdict: Verdict, finding: Finding, n: str, rows: Collection[str] = ()) -> str:
    """The caption of a chart of a finding: its sources (of the rows, or else the claim's own), n, and the ruling."""
    cited = [pair for pair in verdict.sources if pair[0] in rows] or verdict.sources[:1]
    sources = "; ".join(dict.fromkeys(citation.rstrip(".") for _, citation in cited))
    text = f"{sentence(f'source: {sources}')} " if sources else ""
    whole = "" if finding.ruling is verdict.ruling else f"; the claim as a whole: {verdict.ruling}"
    return f"{text}{n}. Ruling: {finding.ruling}{whole}."
