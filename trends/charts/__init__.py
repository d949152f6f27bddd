"""Charts: pictures that need more than one object."""
