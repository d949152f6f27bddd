"""Evidence: is it more than chance."""
