from pathlib import Path

import pytest

from trends.claims import links
from trends.claims.links.change import Change
from trends.claims.registry import KINDS, kind_of


def test_every_file_of_a_link_is_in_the_table_under_its_own_name():
    files = {file.stem for file in Path(links.__file__).parent.glob("*.py")} - {"__init__"}
    assert set(KINDS) == files
    assert all(kind.key == key for key, kind in KINDS.items())


def test_the_links_of_the_ladder_come_first_and_in_its_order():
    rungs = [list(type(kind.rung)).index(kind.rung) for kind in KINDS.values()]
    first = rungs[: len(set(rungs))]
    assert first == sorted(first)


def test_a_kind_is_found_by_its_key_and_by_the_record_of_its_link():
    assert kind_of(Change("rise")) is kind_of("change") is KINDS["change"]
    with pytest.raises(KeyError):
        kind_of("imagined")
