"""Reports: the verdicts told on paper and on a page."""
