"""The newest periods of a source may still be incomplete: which they are, as far as its release and delay are known."""

from datetime import date, timedelta
from typing import Any

import pandas as pd

from trends import periods
from trends.claims.claim import Claim
from trends.claims.study import Study
from trends.claims.words import when_in_words
from trends.counts.sources import delay_before
from trends.nouns import listed, plural


def settled(study: Study, name: str) -> date | None:
    """The last day of which a source has all that it is known to get, or None where its delay is not known.

    A release that is known only to a month or a year is taken to be of its first day.
    """
    source = study.sources[name]
    if not source.delay:
        return None
    if source.released:
        seen = periods.period(source.released).start_time.date() - timedelta(days=1)
    else:
        seen = study.panels[name].index[-1].end_time.date()
    return delay_before(seen, source.delay)


def newest_caveat(study: Study, name: str, first: Any = None, last: Any = None) -> str:
    """One sentence on the periods of a source within a span that may be incomplete; empty where there are none."""
    until = settled(study, name)
    if until is None:
        return ""
    source = study.sources[name]
    low, high = (periods.period(label) for label in (first or study.first, last or study.last))
    if name in study.panels:
        index = study.panels[name].index
        inside = (index >= _at(low, index)) & (index <= _at(high, index, end=True))
        open_ones = index[inside & (index.end_time.date > until)]
    else:
        end = high.end_time.date()
        open_ones = periods.span(until + timedelta(days=1), end, "M") if end > until else []
    if not len(open_ones):
        return ""
    word = periods.frequency_name(open_ones[0].freqstr)
    several = f"The last {len(open_ones)} {word}s" if len(open_ones) > 1 else f"The last {word}"
    since = when_in_words(open_ones[0])
    when = f"from {since} on" if len(open_ones) > 1 else since
    released = f", and it was released in {when_in_words(source.released)}" if source.released else ""
    return (
        f"{several} of {source.title} ({when}) may still be incomplete: events come in for {_in_words(source.delay)} "
        f"after they happened{released}."
    )


def _at(when: pd.Period, index: pd.PeriodIndex, end: bool = False) -> pd.Period:
    return (when.end_time if end else when.start_time).to_period(index.freq)


def _in_words(delay: str) -> str:
    number, word = int(delay[:-1]), periods.frequency_name(delay[-1])
    return plural(number, word)


def newest_caveats(claim: Claim, study: Study) -> tuple[str, ...]:
    """The sentences on the newest periods of the sources that a claim rests on."""
    names = dict.fromkeys([claim.counts.source or study.source, *claim.counts.against])
    told = (newest_caveat(study, name, claim.counts.first, claim.counts.last) for name in names)
    return tuple(sentence for sentence in told if sentence)


def newest_limits(study: Study) -> list[str]:
    """What the release of each source leaves open, for `trends.check_study`."""
    limits = [caveat for name in study.sources if (caveat := newest_caveat(study, name))]
    silent: dict[str, list[str]] = {}
    for name, source in study.sources.items():
        if source.released and not source.delay:
            silent.setdefault(source.released, []).append(name)
    for released, names in silent.items():
        what = "Source" if len(names) == 1 else "Sources"
        limits.append(
            f"{what} {listed(names)}: released in {when_in_words(released)}; for how long events come in after they "
            "happened is not known, so that nothing is said on whether the newest periods are complete."
        )
    return limits
