"""Standing areas with a timetable, and the breaches of them."""
