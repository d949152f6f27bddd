"""The studies that come with the package: examples, and the skeleton of a new one."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def example_studies() -> dict[str, Path]:
    """The folder of each example study, by name.

    Returns
    -------
    dict of str to pathlib.Path
        In the order of their names. An installed package keeps them in ``trends/studies``, a checkout (or an
        editable install of one) in ``data``. They are to be read or copied, not written to.

    Examples
    --------
    >>> example_studies()["iraq"].joinpath("study.toml").is_file()
    True
    """
    for folder in (_PACKAGE / "studies", _PACKAGE.parent / "data"):
        if folder.is_dir():
            return {found.parent.name: found.parent for found in sorted(folder.glob("*/study.toml"))}
    return {}


def skeleton() -> Path:
    """The folder of a study in which everything is still to be filled in."""
    return Path(__file__).resolve().parent / "skeleton"
