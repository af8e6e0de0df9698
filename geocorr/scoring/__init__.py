"""A nominal's score: entries, weights, decay, bands (WMP-5.*, WMP-6.4)."""
