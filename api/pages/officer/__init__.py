"""The investigating officer's pages: work list, hits, verdicts, places, series."""
