"""The core of geocorr: pure functions that decide, and nothing else.

From the ground up; a module uses only what stands above it in this list:

    errors       every exception of ours
    kernels      how inner loops are compiled, and kept while the source stays
    model        the things we speak of, one at a time
    arrays       the same things as columns
    policy       every choice where the documents are silent
    geo          degrees to working metres and back
    orders       who wore which device, when, and what for
    portions     many devices' fixes, a few thousand at a time, by threads
    stops        fixes that stay together as one observation
    marks        what speaks against a fix
    trust        which fixes may join a line
    coverage     what a trail does not show, stretch by stretch
    lines        what the straight line between two fixes shows
    target_grid  targets in cells that tell when any of their own is open
    stream       fixes streamed past that grid: which devices come near
    candidates   which trails can concern which targets
    prism        where a tag can have been between two fixes
    one_fix      how likely one fix lies in a vicinity
    alibi        could it have been there, at what speed
    fixes_near   which fixes of a pair could count, and which do
    matcher      the exact facts of a pair
    verdict      from facts to a word and a sentence
    correlate    the story on one page
    presence     the verdict of any pair that is asked for, with its reasons
    timetable    weekly hours of London's clocks as UTC windows
    zones        places with a timetable, and what lies inside them
    zone_seen    one wearer's trail as one zone sees it
    zone_facts   what a trail shows of a zone: entries, absences, silences
    breach_words the same in a sentence
    breaches     every breach of every zone
    breach_history  the same breach found again
    findings     crimes to targets, hits to rows that people read

No file, clock, database, randomness or logging in here: the shell does that.
"""
