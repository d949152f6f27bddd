"""Write trends/counts/place_codes.tsv: the P-codes of provinces, by which humanitarian tables name them.

``python -m benchmarks.place_codes FILE`` reads the Global P-Code List of OCHA (``global_pcodes_adm_1_2.csv``) and keeps
the codes of first-level divisions whose name stands for one division of ISO 3166-2, and no other code for the same.
"""

import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pycountry

from trends.counts.placelists import spellings_of
from trends.counts.resolving import resolve_spellings

_TABLE = Path(__file__).parents[1] / "trends" / "counts" / "place_codes.tsv"
_SOURCE = "# P-code, ISO 3166-2 code: Global P-Code List, OCHA (HDX), CC BY; joined by the names of the divisions."


def main(file: Path) -> None:
    """Write the table."""
    listed = pd.read_csv(file, dtype=str, keep_default_na=False)
    listed = listed[listed["Admin Level"] == "1"]
    lines = [_SOURCE]
    for location, rows in sorted(listed.groupby("Location"), key=lambda each: str(each[0])):
        entry = pycountry.countries.get(alpha_3=location)
        if entry is None:
            continue
        asked = spellings_of(list(rows["Name"]), entry.alpha_2, {})
        codes = {each.spelling: each.place.code for each in resolve_spellings(asked, {}).values() if each.place}
        held = Counter(codes.get(name, "") for name in rows["Name"])
        for code, name in sorted(zip(rows["P-Code"], rows["Name"], strict=True)):
            if codes.get(name) and held[codes[name]] == 1:
                lines.append(f"{code}\t{codes[name]}")
    _TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines) - 1:,} of {len(listed):,} codes written")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
