"""Statistical time-series analysis of incident counts.

Incidents are counted, counts are modelled, models are weighed as evidence, evidence is held against claims, verdicts
are drawn as charts and told in reports. Every public name is loaded when it is first used, so that ``import trends``
costs next to nothing.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_WHERE = {
    "trends.errors": ("InputError", "ModelError", "StudyError", "TrendsError"),
    "trends.counts.incidents": ("read_incidents",),
    "trends.counts.counting": ("count_file", "count_incidents"),
    "trends.counts.outlines": ("neighbours", "read_outlines"),
    "trends.counts.panel": ("Panel",),
    "trends.counts.panel_files": ("read_panel", "write_panel"),
    "trends.counts.tables": ("panel_from_table",),
    "trends.counts.simulate": ("simulate_panel", "simulate_series"),
    "trends.counts.triangle": ("reporting_triangle",),
    "trends.models.regression": ("CountRegression",),
    "trends.models.effects": ("EffectModel",),
    "trends.models.interruption": ("InterruptionModel",),
    "trends.models.joinpoints.model": ("JoinpointModel",),
    "trends.models.joinpoints.compare": ("compare_joinpoints",),
    "trends.models.trend": ("count_trend", "mann_kendall", "seasonal_kendall", "trend_table"),
    "trends.models.seasonality": ("SeasonalModel",),
    "trends.models.decomposition": ("decompose",),
    "trends.models.diagnostics": ("diagnose",),
    "trends.models.provinces.staggered.model": ("StaggeredModel",),
    "trends.models.provinces.synthetic.model": ("SyntheticControl",),
    "trends.models.provinces.endemic.model": ("EndemicModel",),
    "trends.models.provinces.displacement": ("displacement",),
    "trends.models.completeness.nowcast": ("nowcast",),
    "trends.models.completeness.capture": ("capture_recapture",),
    "trends.models.completeness.matching": ("match_incidents",),
    "trends.models.changepoints.model": ("ChangepointModel",),
    "trends.models.changepoints.posterior": ("BreakPrior",),
    "trends.models.watching": ("watch", "watch_provinces"),
    "trends.models.changepoints.commonbreaks": ("common_breaks",),
    "trends.chance.evidence": ("Evidence",),
    "trends.claims.claim": ("Claim",),
    "trends.claims.reading": ("read_claim",),
    "trends.claims.study": ("Study", "read_study"),
    "trends.claims.rulings": ("Ruling",),
    "trends.claims.tabled": ("verdict_table",),
    "trends.claims.verdict": ("Finding", "Verdict"),
    "trends.claims.ladder": ("Step", "how_far", "ladder"),
    "trends.claims.sums": ("sums_by_rung",),
    "trends.claims.adjusted": ("adjust",),
    "trends.claims.assess": ("assess", "assess_all"),
    "trends.claims.over_time": ("VerdictsOverTime", "assess_over_time"),
    "trends.claims.effort": ("Effort",),
    "trends.claims.explain": ("explain",),
    "trends.claims.check": ("check_study",),
    "trends.claims.schema": ("schema",),
    "trends.claims.examples": ("example_studies",),
    "trends.claims.specifications": ("specifications",),
    "trends.claims.vintages": ("compare_vintages",),
    "trends.claims.rates": ("periods_needed", "power"),
    "trends.styling": ("style",),
    "trends.charts.forest": ("plot_forest",),
    "trends.charts.over_time": ("plot_over_time",),
    "trends.charts.power": ("plot_power",),
    "trends.charts.specifications": ("plot_specifications",),
    "trends.charts.maps": ("plot_map", "plot_maps"),
    "trends.charts.changemaps": ("plot_change_map", "plot_dose_maps"),
    "trends.charts.panels": ("plot_counts", "plot_heat_map", "plot_provinces"),
    "trends.charts.verdicts": ("plot_finding",),
    "trends.reports.book": ("write_report",),
    "trends.reports.script": ("write_script",),
    "trends.reports.archive": ("write_archive",),
    "trends.reports.compare": ("compare_reports",),
    "trends.reports.office": ("export_report",),
}
_MODULE_OF = {name: module for module, names in _WHERE.items() for name in names}
__all__ = sorted(_MODULE_OF)


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'trends' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
    return value


def __dir__() -> list[str]:
    # What a reader may use, and not what this file is made with: tab completion shows it.
    return sorted({*(name for name in globals() if name.startswith("__")), *__all__})
