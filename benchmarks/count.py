"""Counting an event file from disk against reading it: time and peak memory, CSV and Parquet, in one run.

    python benchmarks/count.py [rows]

Makes a GED-like file (default: 10 million rows of 20 columns with random days, sides and deaths), then measures each
step in a child process of its own, the file warm in the page cache, the best of three runs. Three readings are compared
with: the bytes of the file, DuckDB reading every cell of it, and pandas loading it (Parquet needs pyarrow for that).
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pandas as pd

from trends.counts.counting import count_file

MAKE = """
COPY (
  SELECT
    i AS id,
    CAST(DATE '1989-01-01' + CAST(h(i, 1) % 11680 AS INTEGER) AS VARCHAR) AS date_start,
    CAST(DATE '1989-01-01' + CAST(h(i, 1) % 11680 + h(i, 2) % 40 // 36 * (h(i, 3) % 20) AS INTEGER) AS VARCHAR)
      AS date_end,
    1 + h(i, 4) % 5 AS date_prec, 1 + h(i, 5) % 7 AS where_prec,
    ['Anbar', 'Nīnawá province', 'Diyala', 'Kirkuk', 'Salah al-Din', 'Baghdad', 'Basra', 'Erbil'][1 + h(i, 6) % 8]
      AS adm_1,
    'district ' || h(i, 7) % 120 AS adm_2, 'Iraq' AS country,
    33 + h(i, 8) % 100000 / 50000 AS latitude, 43 + h(i, 9) % 100000 / 50000 AS longitude,
    1 + h(i, 10) % 3 AS type_of_violence,
    ['Government of Iraq', 'IS', 'PKK', 'KDP'][1 + h(i, 11) % 4] AS side_a,
    ['IS', 'Civilians', 'IS, Ansar al-Islam', 'SDF'][1 + h(i, 12) % 4] AS side_b,
    h(i, 13) % 9 AS deaths_a, h(i, 14) % 9 AS deaths_b, h(i, 15) % 9 AS deaths_civilians,
    h(i, 16) % 20 AS best, h(i, 16) % 20 AS low, h(i, 16) % 20 + h(i, 17) % 5 AS high,
    'agency ' || h(i, 18) % 5000 || ', report of the day' AS source_office
  FROM range(1, {rows} + 1) AS t(i)
) TO '{path}' ({options})
"""


def read_bytes(path):
    block = bytearray(1 << 20)
    with open(path, "rb", buffering=0) as file:
        while file.readinto(block):
            pass


def read_duckdb(path):
    reader = "read_csv" if path.endswith(".csv") else "read_parquet"
    with duckdb.connect() as connection:
        connection.execute(f"SELECT bit_xor(hash(COLUMNS(*))) FROM {reader}('{path}')").fetchall()


def read_pandas(path):
    pd.read_csv(path) if path.endswith(".csv") else pd.read_parquet(path)


def make(path, rows, options):
    duckdb.sql("CREATE MACRO h(i, k) AS CAST(hash(i, k) >> 8 AS BIGINT)")
    duckdb.sql(MAKE.format(rows=rows, path=path, options=options))


def count_actor(path):
    count_file(path, "ged", actor="IS")


def count_all(path):
    count_file(path, "ged")


STEPS = {step.__name__: step for step in (read_bytes, read_duckdb, read_pandas, count_actor, count_all)}


def run(*step):
    """What a step tells from a process of its own."""
    command = [sys.executable, __file__, "--step", *map(str, step)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": "."})
    return json.loads(told.stdout)


def child(step, *arguments):
    start, busy = time.perf_counter(), time.process_time()
    {**STEPS, "make": make}[step](*arguments)
    seconds, cpu = time.perf_counter() - start, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak}))


def main(rows):
    with tempfile.TemporaryDirectory() as folder:
        for suffix, options in ((".parquet", "FORMAT parquet"), (".csv", "HEADER")):
            path = Path(folder) / f"events{suffix}"
            # Made by a child as well: on Linux a process begins with the peak memory of the one that started it.
            run("make", path, rows, options)
            print(f"{rows:,} rows, {suffix[1:]}, {path.stat().st_size / 1e6:,.0f} MB")
            found = {
                step: min((run(step, path) for _ in range(3)), key=lambda result: result["seconds"]) for step in STEPS
            }
            for step, result in found.items():
                print(
                    f"  {step:12} {result['seconds']:7.3f} s, {result['cpu']:7.3f} s of CPU, "
                    f"peak {result['peak']:8,.0f} MB",
                    flush=True,
                )
            for step in ("count_actor", "count_all"):
                ratios = ", ".join(
                    f"{found[step]['seconds'] / found[read]['seconds']:.2f} times {read}"
                    for read in ("read_bytes", "read_duckdb", "read_pandas")
                )
                memory = found[step]["peak"] / found["read_pandas"]["peak"]
                print(f"  {step}: {ratios}; memory {memory:.3f} of read_pandas")
            path.unlink()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        child(*sys.argv[2:])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
