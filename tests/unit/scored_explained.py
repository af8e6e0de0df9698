"""N1, some entries and a weight set, as the policy's paragraphs speak of them."""

from datetime import date

from geocorr.scoring.entry import Entry
from geocorr.scoring.explanation import Explanation, Reader, explain
from geocorr.scoring.weights import WeightSet
from loaders.profile import shipped

CHOICES = shipped("wmp").scoring
INTELLIGENCE = Reader(intelligence=True)
DAY = date(2026, 3, 3)


def told(
    weights: WeightSet,
    *entries: Entry,
    day: date = DAY,
    reader: Reader = INTELLIGENCE,
) -> Explanation:
    """N1's score on a day, explained."""
    return explain(("N1", day), entries, weights, CHOICES, reader)
