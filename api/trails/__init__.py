"""Trails as people see them: a slice round a hit, a person's hours, nothing more."""
