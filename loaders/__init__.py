"""The doors in: one file per source, `read` its bytes, `parse` them, purely."""
