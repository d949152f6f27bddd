"""What a well-formed study still cannot answer, in sentences."""

from trends import periods
from trends.arguments import checked_arguments
from trends.claims.asked import asked_change
from trends.claims.claim import Claim
from trends.claims.newest import newest_limits
from trends.claims.placenames import not_named_in
from trends.claims.seal import read_seals
from trends.claims.study import Study
from trends.claims.words import when_in_words
from trends.counts.gazetteer import LANGUAGES
from trends.counts.holes import common_jump, early_end, partial_ends, possible_holes, stopped_provinces
from trends.counts.panel import Panel
from trends.counts.provinces import country_of, find_provinces
from trends.errors import ModelError
from trends.fits.design import baseline
from trends.fits.overlap import overlaps
from trends.nouns import listed, plural
from trends.styling import unset_letters

# What trends new writes where only the author of a study knows.
_UNFILLED = "to be filled in"
# A year of quarters, and what a season, a trend and Ramadan take to be estimated.
_FEWEST = 8
# Claims are written down years after the last period that was counted, but hardly so many.
_LONGEST_AFTER = 10


@checked_arguments
def check_study(study: Study) -> list[str]:
    """What a study cannot answer, each limit a sentence with the number behind it; empty where nothing was found.

    Parameters
    ----------
    study : Study
        A study that was read, and is therefore well formed.

    Examples
    --------
    >>> from trends.claims.examples import example_studies
    >>> from trends.claims.study import read_study
    >>> study = read_study(example_studies()["syria"])
    >>> any("ramadan" in limit for limit in check_study(study))
    True
    """
    limits = [
        *_unfilled(study),
        *_country_limits(study),
        *_language_limits(study),
        *_letter_limits(study),
        *_watching_limits(study),
        *_measurement_limits(study),
        *_hole_limits(study),
        *newest_limits(study),
        *_writing_limits(study),
    ]
    spans = {(study.first, study.last): None}
    for claim in study.claims:
        if "change" in claim.asserts:
            spans[claim.counts.first or study.first, claim.counts.last or study.last] = None
            limits += [f"Claim {claim.id}: {limit}" for limit in _change_limits(claim, study)]
    for span in spans:
        limits += _calendar_limits(study, *span)
    return limits


def _unfilled(study: Study) -> list[str]:
    """What a new study still has to say."""
    texts = {"about": study.about, "cite": study.cite, **{f"documents.{k}": v for k, v in study.documents.items()}}
    texts |= {f"sources.{name}.citation": source.citation for name, source in study.sources.items()}
    texts |= {f"speaker of the claim {claim.id}": claim.speaker for claim in study.claims}
    left = [name for name, text in texts.items() if _UNFILLED in text]
    return [f"It is not filled in yet: {listed(left)}."] if left else []


def _calendar_limits(study: Study, first: str, last: str) -> list[str]:
    """What season and Ramadan cannot be told apart from in a span, at the panel's frequency and in quarters."""
    limits, finest = [], study.panel().frequency
    for letter in dict.fromkeys((finest, "Q")):
        index = periods.span(first, last, letter)
        if letter == "Y" or len(index) < _FEWEST or periods.PER_YEAR[letter] > periods.PER_YEAR[finest]:
            continue
        design = baseline(index, seasons=True, calendar=["ramadan"] if "ramadan" in study.calendar else ())
        limits += [overlap.sentence for overlap in overlaps(design)]
    return limits


def _country_limits(study: Study) -> list[str]:
    """The sources whose provinces all lie elsewhere: names, maps and outlines would be those of another country."""
    limits = []
    for name, panel in study.panels.items():
        country = country_of(panel.provinces)
        if country and not any(find_provinces(province, study.country) for province in panel.provinces):
            limits.append(
                f"Source {name}: its provinces lie in {country}, and study.toml says country = {study.country!r}; one "
                "of the two is wrong."
            )
    return limits


def _language_limits(study: Study) -> list[str]:
    """The provinces that have no name in the language of the study, in one sentence for all sources."""
    if study.names not in LANGUAGES:
        return []
    unnamed = not_named_in(study.names, study.panels.values(), study.country)
    if not unnamed:
        return []
    return [
        f"names = {study.names!r}: no such name is known of {listed(unnamed)}; the official one stands there, unless "
        "provinces = [...] in study.toml gives another."
    ]


def _letter_limits(study: Study) -> list[str]:
    """The names that charts cannot write."""
    limits = []
    for name, panel in study.panels.items():
        if unset := [province for province in panel.provinces if unset_letters(province)]:
            limits.append(
                f'Source {name}: no font of charts has the letters of {listed(unset)}; write names = "en" in '
                "study.toml, or provinces = [...] in other letters."
            )
    return limits


def _watching_limits(study: Study) -> list[str]:
    limits = []
    for name, panel in study.panels.items():
        shares = panel.exposure.to_numpy()
        unwatched, partly = (shares == 0).sum(), ((shares > 0) & (shares < 1)).sum()
        if unwatched or partly:
            limits.append(
                f"Source {name}: of {shares.size:,} cells, {unwatched:,} were not watched and {partly:,} in part; "
                "they are not zeros."
            )
        if n := int((shares != shares[:, :1]).any(axis=1).sum()):
            limits.append(
                f"Source {name}: {n:,} period{'s have' if n > 1 else ' has'} no total, since some provinces were "
                "watched less than others in them; claims on some provinces alone may have one."
            )
        first, last = panel.index[0], panel.index[-1]
        if (
            first.start_time > periods.period(study.first).start_time
            or last.end_time < periods.period(study.last).end_time
        ):
            limits.append(
                f"Source {name}: it covers {periods.label_of(first)} to {periods.label_of(last)}, "
                f"not the whole of {study.first} to {study.last}."
            )
    return limits


def _hole_limits(study: Study) -> list[str]:
    """What looks like a fault of the record in each source, with what to write if it is one."""
    limits = []
    for name, panel in study.panels.items():
        ended = early_end(panel)
        limits += [f"Source {name}: {limit}" for limit in _faults(panel, ended)]
        if (jump := common_jump(panel)) is not None and not _declared(study, name, jump[0]):
            limits.append(
                f"Source {name}: from {when_in_words(jump[0])} the counts of all {jump[2]} provinces that can be "
                f"compared change alike, to {jump[1]:.2g} times what they were; if it counts by another rule since, "
                f'say so: [[sources.{name}.breaks]] with first = "{jump[0]}" and what.'
            )
    return limits


def _faults(panel: Panel, ended: tuple[str, int, float] | None) -> list[str]:
    """What looks like a hole in the record, a sentence each."""
    unit, hole = panel.unit, "leave its counts empty and write 0 as its exposure"
    limits = [
        f"{label} holds {held:g} {unit} and its neighbours {around:g} each; if that is a hole in the record, {hole}."
        for label, held, around in possible_holes(panel)
        if ended is None or periods.period(label) < periods.period(ended[0])
    ]
    if ended is not None:
        label, empty, around = ended
        limits.append(
            f"from {label} to its end it holds no {unit}, {plural(empty, 'period')} after such with {around:g} "
            f"each; if the record ends there, {hole.replace('its', 'their')}."
        )
    for word, label, held, around in partial_ends(panel):
        limits.append(
            f"its {word} period, {label}, holds {held:g} {unit} and the six next to it {around:g} each; if it was "
            "counted in part, write the share of it that was watched as its exposure, or leave it out."
        )
    for province, label, empty, pace in stopped_provinces(panel):
        limits.append(
            f"{province} holds no {unit} from {label} on, {empty} periods after such with {pace:.2g} each, and the "
            f"others go on; if nobody counted there, {hole.replace('its', 'their')}."
        )
    return limits


def _declared(study: Study, name: str, label: str) -> bool:
    """Whether a source says itself that it counts otherwise from about a period."""
    at = periods.period(label).start_time
    return any(abs((periods.period(each.first).start_time - at).days) <= 92 for each in study.sources[name].breaks)


def _measurement_limits(study: Study) -> list[str]:
    """When each source began to count otherwise, within the span of the study."""
    limits = []
    first, last = (periods.period(label) for label in (study.first, study.last))
    for name, source in study.sources.items():
        for each in source.breaks:
            if first.start_time < periods.period(each.first).start_time <= last.end_time:
                limits.append(
                    f"Source {name}: from {when_in_words(each.first)} it does not count as before: {each.what}. A "
                    "change at that time may be one of counting."
                )
    return limits


def _writing_limits(study: Study) -> list[str]:
    """The claims that were written down long after all else that the study has a date for.

    No clock is asked, so that a date of writing is the study's own account and proves nothing; but one that lies in a
    far future is a slip of the pen.
    """
    labels = [study.last, *(source.released for source in study.sources.values())]
    labels += [label for claim in study.claims for label in (claim.said_on, claim.counts.last)]
    labels += [seal.date for seal in read_seals(study.path)]
    newest = max(periods.period(label).end_time for label in filter(None, labels))
    return [
        f"Claim {claim.id}: it was written down on {when_in_words(claim.written)}, more than {_LONGEST_AFTER} years "
        f"after all else that the study has a date for, which ends in {newest.year}."
        for claim in study.claims
        if periods.period(claim.written).start_time.year - newest.year > _LONGEST_AFTER
    ]


def _change_limits(claim: Claim, study: Study) -> list[str]:
    try:
        asked_change(claim, study, "assess the change")
    except ModelError as error:
        return [str(error)]
    return []
