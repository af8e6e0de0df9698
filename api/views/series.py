"""What a series says, in words for people. Pure."""


def chance(p: float, least: float = 1e-6) -> str:
    """A probability as people say it: `1 in 250`, `less than 1 in 1,000,000`."""
    if p < least:
        return f"less than 1 in {1 / least:,.0f}"
    if p >= 0.5:
        return "to be expected"
    return f"1 in {1 / p:,.0f}"
