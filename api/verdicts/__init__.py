"""Could the tag have been there: verdicts, coverage, series, co-presence."""
