import pytest

from trends.claims import examples
from trends.claims.examples import example_studies, skeleton


def make(folder):
    folder.mkdir(parents=True)
    (folder / "study.toml").write_text("")


def test_the_package_has_its_own_studies_and_the_skeleton_of_a_new_one():
    assert {"iraq", "syria"} <= example_studies().keys()
    assert (skeleton() / "study.toml").is_file() and (skeleton() / "README.md").is_file()


@pytest.mark.parametrize("place", ["trends/studies", "data"])
def test_the_studies_of_a_wheel_and_of_a_checkout_are_found(place, tmp_path, monkeypatch):
    make(tmp_path / place / "syria")
    make(tmp_path / place / "iraq")
    (tmp_path / place / "no-study").mkdir()
    monkeypatch.setattr(examples, "_PACKAGE", tmp_path / "trends")
    assert list(example_studies().items()) == [
        ("iraq", tmp_path / place / "iraq"),
        ("syria", tmp_path / place / "syria"),
    ]


def test_a_wheel_does_not_look_beside_itself(tmp_path, monkeypatch):
    make(tmp_path / "trends" / "studies" / "iraq")
    make(tmp_path / "data" / "somebody-elses")
    monkeypatch.setattr(examples, "_PACKAGE", tmp_path / "trends")
    assert list(example_studies()) == ["iraq"]


def test_a_package_without_studies_has_none(tmp_path, monkeypatch):
    monkeypatch.setattr(examples, "_PACKAGE", tmp_path / "trends")
    assert example_studies() == {}
