"""A chart that was drawn before, in all its forms, where what it was drawn from is not at hand any more."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pictures:
    """One chart as a report has it.

    Parameters
    ----------
    svg : str
        With words as text.
    png, pdf : bytes
        Made of the SVG.

    Examples
    --------
    >>> Pictures("<svg/>", b"", b"%PDF").files()["pdf"]
    b'%PDF'
    """

    svg: str
    png: bytes
    pdf: bytes

    def files(self) -> dict[str, bytes]:
        """The content of each of its files, by its ending."""
        return {"png": self.png, "pdf": self.pdf}
