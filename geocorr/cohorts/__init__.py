"""Fixed, flex and free; pillars; entry, exit, transitions, reviews."""
