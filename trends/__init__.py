"""Statistical time-series analysis of incident counts.

Incidents are counted, counts are modelled, models are weighed as evidence, evidence is held against claims, verdicts
are drawn as charts and told in reports. Every public name is loaded when it is first used, so that ``import trends``
costs next to nothing.
"""

from importlib import import_module

__version__ = "0.1.0"

_WHERE = {
    "trends.errors": ("InputError", "ModelError", "StudyError", "TrendsError"),
    "trends.counts.incidents": ("read_incidents",),
    "trends.counts.counting": ("count_incidents",),
    "trends.counts.panel": ("Panel",),
    "trends.counts.panel_files": ("read_panel", "write_panel"),
    "trends.counts.simulate": ("simulate_panel", "simulate_series"),
    "trends.models.regression": ("CountRegression",),
    "trends.models.interruption": ("InterruptionModel",),
    "trends.evidence.evidence": ("Evidence",),
    "trends.claims.claim": ("Claim", "read_claim"),
    "trends.claims.study": ("Study", "read_study"),
    "trends.claims.verdict": ("Finding", "Ruling", "Verdict"),
    "trends.claims.assess": ("assess",),
    "trends.reports.book": ("write_report",),
}
_MODULE_OF = {name: module for module, names in _WHERE.items() for name in names}
__all__ = sorted(_MODULE_OF)


def __getattr__(name: str):
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'trends' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
    return value


def __dir__():
    return sorted({*globals(), *__all__})
