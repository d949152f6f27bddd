"""A wheel holds the whole package and the studies, and works outside the checkout."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOT_SHIPPED = shutil.ignore_patterns("__pycache__", ".*")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    # setuptools writes into the folder that it builds, so it is given a copy, on a path with a space.
    source, out = tmp_path_factory.mktemp("the source"), tmp_path_factory.mktemp("wheel")
    for file in (file for file in ROOT.iterdir() if file.is_file()):
        shutil.copy(file, source)
    for name in ("trends", "data"):
        shutil.copytree(ROOT / name, source / name, ignore=NOT_SHIPPED)
    # What pip would call; pip itself is not in every environment.
    program = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", program, out], cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (found,) = out.glob("*.whl")
    return source, found


def test_the_wheel_holds_every_file_of_the_package_and_of_the_studies(wheel):
    source, found = wheel
    shipped = {name for name in zipfile.ZipFile(found).namelist() if ".dist-info/" not in name}
    modules = {file.relative_to(source) for file in (source / "trends").rglob("*") if file.is_file()}
    studies = {
        Path("trends/studies") / file.relative_to(source / "data")
        for file in (source / "data").rglob("*")
        if file.is_file()
    }
    assert studies
    assert shipped == {file.as_posix() for file in modules | studies}


def test_the_wheel_finds_its_studies_where_it_was_unpacked(wheel, tmp_path):
    zipfile.ZipFile(wheel[1]).extractall(tmp_path / "site")
    # -P keeps the current folder, -c's usual first place to look, off the path: nothing of the checkout is seen.
    program = "from trends.claims.examples import example_studies; print(*example_studies().values(), sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = [Path(line) for line in done.stdout.splitlines()]
    assert [folder.name for folder in found] == sorted(file.parent.name for file in ROOT.glob("data/*/study.toml"))
    assert {folder.parent for folder in found} == {(tmp_path / "site" / "trends" / "studies").resolve()}
