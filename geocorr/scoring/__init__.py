"""A nominal's score: entries, weights, decay, bands (WMP-5.2 to WMP-5.10, WMP-6.4)."""
