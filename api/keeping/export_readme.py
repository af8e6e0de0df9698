"""What the archive of a hit says of itself, for readers who never saw geocorr."""

TEXT = """\
DISCLOSURE OF A HIT
===================

This archive holds what geocorr, a software of the police, recorded of one hit: that
the electronic tag {device} was in the vicinity of the crime {crime} at its time.
It was made from records that are never edited: what was found or said later stands
beside what was found or said before.

A hit is no proof that anybody committed a crime. It says where a tag was, as far as
satellites and cell towers can tell. Everything is said of the TAG. Who wore it is what
the tag order says, not what the tag can know.

What is in it
-------------
crime.csv         the crime in every version that its force sent, and when it came
hit.json          the hit: verdict, figures, rules, and one sentence that says why
fixes.csv         the fixes (located times) that the hit rests on, as they were then,
                  an hour and more round the crime; with why a fix was not trusted
hits.csv          every hit that was ever found at this crime, of anybody's tag, also
                  those that a later run replaced or withdrew
verdicts.csv      every verdict that was asked for at this crime, of anybody's tag:
                  hit, passed, possible, no_data (not known), ruled_out (excluded)
decisions.csv     what people said of these hits: qualified, dismissed, sent, ruled in,
                  ruled out, needs more; who, when, and in their words why
coverage.csv      of how many tags the trails say anything at this crime, as at a time
assessments.json  how surprising the hit is, with the comparable hours it rests on
policy.toml       every choice of the software in force when the hit was found
rules.csv         the rules named in these files, with their source
method.md         how the software comes from fixes to a verdict, and where it ends
audit.csv         who looked at this hit, when and why, up to this archive
manifest.json     the SHA-256 of every file, and with what the hit was made

{verdicts}
{names}

How to read it
--------------
Times are UTC; a Z stands behind them. In summer the clocks of London are one hour on.
x and y are metres of the national grid, R95 the radius in metres of the circle in which
the true place lies with a probability of 95 %.
"ruled_out" says that the tag cannot have been there, whatever way it took. "no_data"
says that nobody can know. That a tag has no fix somewhere never means that it was not
there. "coverage" is the share of the crime's time for which the trail speaks at all.
A likelihood ratio compares two propositions: that the wearer of the tag committed the
crime, and that someone else did and the tag followed its habits. It is not how likely
it is that the wearer did it.

What was written by hand (the crime's own text, reasons and notes) stands as it was
written, but for numbers of people and tags. It may name people: read it before this
archive goes to anybody.

Is it whole?
------------
    geocorr verify-export THIS.zip
reckons every file anew against the manifest. The SHA-256 that it prints of the archive
as a whole is also in the audit of the police, under "export hit", where the chain of
hashes keeps it. Without the software: sha256sum of each file against manifest.json.
"""

ASKED = (
    "Verdicts on all tags that were then worn were asked for at this crime {n} times: "
    "verdicts.csv\nhas every answer."
)
NOT_ASKED = (
    "Verdicts on ALL tags were never asked for at this crime: verdicts.csv holds only "
    "what was\nasked. Of how many tags the crime's time is known, coverage.csv says."
)
HIDDEN = (
    "Other people than the wearer stand under a number that holds in this archive "
    "alone\n({told}); their tags too."
)
NAMED = "All people stand under their police numbers. The reason that was given: {why}"
