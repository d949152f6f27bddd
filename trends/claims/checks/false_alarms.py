"""Whether a test keeps its error rate on the very panel that it is put to."""

from trends.chance.calibration import Trials
from trends.chance.rates import Rates
from trends.claims.checks.known import KnownCheck

# A test that rejects more often than this where nothing changed may not carry a ruling (nominal 5 %).
_MOST_FALSE_ALARMS = 0.065


def judge(alarms: Trials | Rates) -> tuple[str, str]:
    """How often the test found a change in simulated panels without one."""
    rate, error = alarms.rejected, alarms.error(_MOST_FALSE_ALARMS)
    return (
        "passed" if rate <= _MOST_FALSE_ALARMS + 2 * error else "failed",
        f"Of {alarms.runs} simulated panels without a change it found one in {100 * rate:.1f} % (nominal 5 %).",
    )


CHECK = KnownCheck("false alarms", "Does the test keep its error rate on this very panel?", judge)
