"""What the links that rest on the study's calendar say of its events."""

import pandas as pd

from trends.nouns import listed


def dates_from(rows: pd.DataFrame) -> tuple[str, ...]:
    """Where the dates come from, and which of them were not read in their source."""
    sources = [
        f"{row['what'][0].upper()}{row['what'][1:]}: {row['source']}." for _, row in rows.iterrows() if row["source"]
    ]
    unseen = [row["what"] for _, row in rows.iterrows() if row["seen"] == "false"]
    return (*dict.fromkeys(sources), *((f"Dated from memory, not from a source: {listed(unseen)}.",) if unseen else ()))
