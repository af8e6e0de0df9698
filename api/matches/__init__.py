"""Crimes against trails: matching, what a hit is worth, and what people say of it."""
