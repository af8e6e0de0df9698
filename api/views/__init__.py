"""Presenters: from what the core and the database say to words and parts of pages."""
