"""What the verbs do that take reports into other work: read the arguments, call public functions, say what came of it.

Each verb loads what it needs when it is called, so that ``trends --help`` stays light.
"""

import json
from argparse import Namespace

from trends.progress import Working


def compare(arguments: Namespace) -> None:
    """Print what changed between two reports."""
    from trends.reports.compare import compare_reports
    from trends.reports.tables import plain

    found = compare_reports(arguments.before, arguments.after)
    if arguments.json:
        print(json.dumps(plain(found), indent=2, ensure_ascii=False))
    else:
        print(found.to_markdown() if arguments.markdown else found, end="" if arguments.markdown else "\n")


def export(arguments: Namespace) -> None:
    """Write a report as slides or as a table for Word."""
    from trends.reports.office import export_report

    with Working(arguments, "writing"):
        written = export_report(arguments.report, arguments.out, claims=arguments.claims)
    if not arguments.quiet:
        print(written)


def schema(arguments: Namespace) -> None:
    """Print or write the JSON Schema of a file."""
    from trends.claims.schema import schema_text
    from trends.counts.writing import check_writable, written_aside

    text = schema_text(arguments.of)
    if not arguments.out:
        print(text, end="")
        return
    check_writable(arguments.out)
    with written_aside(arguments.out) as aside:
        aside.write_bytes(text.encode())
