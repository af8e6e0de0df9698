"""LEICS-29, LEICS-30. The spread of cases over areas follows crimes; the areas with the
highest share are reported."""

from geocorr.ownership.spread import AreaCounts, spread


def area(name: str, owned: int, crimes: int = 0, shared: int = 0) -> AreaCounts:
    return AreaCounts("Leicestershire", name, owned, shared, crimes)


def test_cases_stand_beside_crimes() -> None:
    """LEICS-29. Of each area its share of the nominals and its share of the crimes.

    | area           | nominals | share | crimes | share |
    | -------------- | -------- | ----- | ------ | ----- |
    | West Leicester | 50       | 50 %  | 400    | 40 %  |
    | Charnwood      | 30       | 30 %  | 300    | 30 %  |
    | Harborough     | 20       | 20 %  | 200    | 20 %  |
    | Melton         | 0        | 0 %   | 100    | 10 %  |
    """
    told = spread(
        [area("Melton", 0, 100), area("Harborough", 20, 200),
         area("West Leicester", 50, 400), area("Charnwood", 30, 300)],
        3,
    )  # fmt: skip
    assert [(s.counts.lpu, s.of_owned, s.of_crimes) for s in told.value] == [
        ("West Leicester", 0.5, 0.4),
        ("Charnwood", 0.3, 0.3),
        ("Harborough", 0.2, 0.2),
        ("Melton", 0.0, 0.1),
    ]
    assert told.rules == ("LEICS-29", "LEICS-30")


def test_the_highest_shares_are_named() -> None:
    """LEICS-30. "West Leicester, East Leicester and Charnwood": three, and ties."""
    areas = [area("W", 5), area("E", 4), area("C", 3), area("H", 3), area("M", 1)]
    assert spread(areas, 3).because == (
        "Of 16 nominals owned the highest shares are in W (31%), E (25%), C (19%), "
        "H (19%)."
    )
    assert spread(areas[:2], 3).because.endswith("in W (56%), E (44%).")


def test_of_nothing_nothing_is_said() -> None:
    """LEICS-29, LEICS-30. No nominal, no crime: no share."""
    told = spread([area("W", 0)], 3)
    assert told.because == "No nominal is owned by any area."
    assert (told.value[0].of_owned, told.value[0].of_crimes) == (None, None)
    assert spread([], 3).value == ()
