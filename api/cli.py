"""The `geocorr` command: every group of commands, one exit code per kind of error."""

import sys

import typer
from rich.console import Console

from api.commands import (
    Exit,
    alibi,
    audit,
    breaches,
    case,
    check,
    cohort,
    convert,
    copresence,
    coverage,
    decide,
    demo,
    disclose,
    drop,
    export,
    hits,
    hold,
    load,
    manual_score,
    match,
    outbox,
    own,
    own_consult,
    own_inbox,
    partner,
    performance,
    purge,
    quality,
    referral,
    score,
    series,
    serve,
    service,
    user,
    verdict,
    weights,
    zones,
)
from geocorr.errors import (
    ConflictError,
    GeocorrError,
    InputError,
    NotFound,
    ServiceError,
    UsageError,
)

app = typer.Typer(
    help="Tells which tagged offenders were near which crimes, and which were not.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

app.add_typer(check.app, name="check")
app.add_typer(case.app, name="case")
app.add_typer(cohort.app, name="cohort")
app.add_typer(referral.app, name="referral")
app.add_typer(disclose.app, name="disclosure")
app.command()(match.match)
app.command()(alibi.alibi)
app.command()(quality.quality)
app.command()(convert.convert)
app.command()(load.load)
app.command()(demo.demo)
app.command()(hits.hits)
app.command()(hits.assess)
for words in (decide.worklist, decide.qualify, decide.dismiss, decide.send):
    app.command()(words)
app.command()(decide.decide)
app.command()(performance.performance)
app.command("match-batch")(hits.match_batch)
app.command()(hits.rematch)
app.command()(verdict.verdict)
app.command()(drop.drop)
app.command()(coverage.coverage)
app.command()(series.series)
app.command("co-presence")(copresence.co_presence)
app.command()(zones.zones)
app.command()(score.score)
app.command()(breaches.breaches)
app.command()(breaches.breach)
for part in (own_inbox.app, own_consult.app):
    own.app.add_typer(part)
app.add_typer(own.app, name="own")
app.add_typer(weights.app, name="weights")
app.add_typer(manual_score.app, name="manual-score")
app.add_typer(partner.app, name="partner")
app.add_typer(partner.meeting_app, name="meeting")
app.add_typer(outbox.app, name="outbox")
app.command("export-hit")(export.export_hit)
app.command("verify-export")(export.verify_export)
app.add_typer(audit.app, name="audit")
app.add_typer(hold.app, name="hold")
app.add_typer(user.app, name="user")
for command in (service.up, service.down, service.status, service.migrate):
    app.command()(command)
for lasting in (serve.serve, serve.worker, purge.purge):
    app.command()(lasting)

EXITS: dict[type[GeocorrError], Exit] = {
    UsageError: Exit.USAGE,
    NotFound: Exit.USAGE,
    InputError: Exit.REFUSED,
    ConflictError: Exit.REFUSED,
    ServiceError: Exit.SERVICE,
}


def exit_code(error: GeocorrError) -> Exit:
    """The exit code of an error: that of the nearest class in the table."""
    kinds = type(error).__mro__
    return next((EXITS[kind] for kind in kinds if kind in EXITS), Exit.SERVICE)


def main() -> None:
    """Run the command; an error of ours is one clear sentence on stderr."""
    try:
        app()
    except GeocorrError as error:
        Console(stderr=True).print(str(error), style="red", markup=False)
        sys.exit(exit_code(error))


if __name__ == "__main__":
    main()
