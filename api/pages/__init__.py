"""The pages: each route parses, calls a use case, and renders."""
