"""WMP2-19. Core offenders: adults whom the matrix for acquisitive crime highlights.

The matrix is a weight set of its own. What it gives is an indicator and selects nobody:
a person decides, of those it highlights and of those it does not.
"""

from datetime import date

from geocorr.dates import age_on
from geocorr.model import Decision
from geocorr.scoring.choices import Matrix
from geocorr.scoring.weights import POINT

RULE = "WMP2-19"


def highlighted(
    nominal_id: str, born: date | None, day: date, micropoints: int, choices: Matrix
) -> Decision[bool]:
    """WMP2-19. Whether the matrix highlights a nominal on a day, and why."""
    age = None if born is None else age_on(born, day)
    points = micropoints / POINT
    evidence = {
        "nominal_id": nominal_id,
        "day": day.isoformat(),
        "age": age,
        "points": points,
        "highlight_from": choices.highlight_from,
    }
    enough = micropoints >= round(choices.highlight_from * POINT)
    told = f"{nominal_id} has {points:,.1f} points in the matrix for acquisitive crime"
    if age is None:
        because = f"{told}, and no date of birth: find it, the matrix is for adults."
    elif age < choices.adult_years:
        because = f"{told}, at {age} years: the matrix is for adults."
    elif enough:
        because = f"{told}: highlighted. It is an indicator; a person selects."
    else:
        because = f"{told}: not highlighted. A person may select them all the same."
    adult = age is not None and age >= choices.adult_years
    return Decision(adult and enough, (RULE,), evidence, because)
