"""Models of change-points: when a level or a slope became another, how often, and how sure is each date."""
