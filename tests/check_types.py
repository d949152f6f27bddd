"""Run the type checker over the package, and fail where a part of it has more errors than tests/types.toml allows.

The allowance only ever falls: what is at none stays at none, and what was written before types were checked is mended
bit by bit without letting anything new in.
"""

import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def part_of(path: str) -> str:
    """The part of the package that a file belongs to: ``models`` for ``trends/models/x.py``."""
    return path.split("/")[1].removesuffix(".py")


def errors_by_part(report: str) -> Counter[str]:
    """How many errors a report of the checker holds, by part of the package."""
    lines = (line for line in report.splitlines() if ": error:" in line)
    return Counter(part_of(line.split(":")[0].replace("\\", "/")) for line in lines)


def complaints(found: Counter[str], allowed: dict[str, int]) -> list[str]:
    """One sentence for each part that has more errors than it may."""
    return [
        f"{part}: {count} type errors, allowed: {allowed.get(part, 0)}; run mypy trends/{part} and mend what is new"
        for part, count in sorted(found.items())
        if count > allowed.get(part, 0)
    ]


def main() -> int:
    """Check, and return the exit code."""
    run = subprocess.run([sys.executable, "-m", "mypy", "trends"], cwd=ROOT, capture_output=True, text=True)
    if run.returncode not in (0, 1):
        print(run.stdout + run.stderr)
        return run.returncode
    allowed = tomllib.loads((ROOT / "tests" / "types.toml").read_text(encoding="utf-8"))
    found = errors_by_part(run.stdout)
    told = complaints(found, allowed)
    loose = [f"{part} = {found[part]}" for part, most in allowed.items() if found[part] < most]
    print("\n".join(told) or f"Types: {sum(found.values())} errors, none of them new.")
    if loose:
        print(f"Fewer than allowed: write {', '.join(loose)} in tests/types.toml.")
    if told:
        print(
            "\n".join(
                line for line in run.stdout.splitlines() if any(f"trends/{t.split(':')[0]}" in line for t in told)
            )
        )
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
