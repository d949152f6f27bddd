"""Endemic-epidemic models: what follows from the month before, here and next door."""
