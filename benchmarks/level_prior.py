"""Learn the prior of a level from the world's counts: trends/chance/level_prior.csv.

Run ``python3 dev.py learn``; some minutes on one core. It reads trends/chance/world_months.csv and nothing else.
"""

from pathlib import Path

from trends.chance.learning import prior_text

TABLE = Path(__file__).parents[1] / "trends" / "chance" / "level_prior.csv"


def main() -> None:
    """Learn and write."""
    TABLE.write_text(prior_text(), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
