"""`geocorr user`: who may come in, by which roles, with which keys."""

from datetime import datetime
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.commands.database import on_database
from api.commands.person import AsJson, By, Reason, tell_json
from api.login import accounts as managing
from api.login import passwords
from api.login.accounts import Keys, Rights, Wanted
from api.login.who import UserRole
from api.settings import Settings
from geocorr.dates import LONDON
from geocorr.wording import counted
from sql import accounts
from sql.accounts import Account

app = typer.Typer(
    help="Accounts: who may come in, by which roles, with which keys.",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help="The name to log in by.")]
Roles = Annotated[
    list[UserRole], typer.Option("--role", help="What they may be; once for each.")
]
Force = Annotated[str | None, typer.Option(help="Of which force.")]
Lpu = Annotated[str | None, typer.Option(help="Of which LPU, by its code.")]
Ask = Annotated[
    bool, typer.Option("--ask", help="Type the password instead of having one made.")
]


@app.command()
def add(  # noqa: PLR0913  an argument an option
    name: Name,
    shown: Annotated[str, typer.Option(help="How pages greet them.")],
    role: Roles,
    by: By,
    force: Force = None,
    lpu: Lpu = None,
    subject: Annotated[
        str | None, typer.Option(help="Whom the provider says they are (OIDC).")
    ] = None,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="They come in by the provider alone.")
    ] = False,
    ask: Ask = False,
    as_json: AsJson = False,
) -> None:
    """Make an account. Its password is for once: they choose their own at log-in."""
    wanted = Wanted(name, shown, Rights(tuple(role), force, lpu), subject)
    password = None if no_password else _password(ask)
    made = on_database(lambda conn: managing.add(conn, wanted, password, by))
    told = None if ask else password
    if as_json:
        tell_json({"account": made, "password": told})
        return
    _say(f"{name} may come in as {_words(made)}.")
    _tell_password(told)


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """List all accounts, what each may be, and when it was last used."""
    found = on_database(lambda conn: accounts.listed(conn))
    if as_json:
        tell_json({"total": len(found), "accounts": found})
        return
    if found:
        Console(highlight=False).print(_table(found))
    _say(f"{counted(len(found), 'account')}.")


@app.command()
def roles(
    name: Name,
    role: Roles,
    by: By,
    force: Force = None,
    lpu: Lpu = None,
    as_json: AsJson = False,
) -> None:
    """Say anew what an account may be, of which force and LPU; all of it at once."""
    rights = Rights(tuple(role), force, lpu)
    on_database(lambda conn: managing.change_rights(conn, name, rights, by))
    _tell_account(name, "may be {words} from now on", as_json)


@app.command()
def disable(name: Name, reason: Reason, by: By, as_json: AsJson = False) -> None:
    """Let nobody in by an account any more; its sessions and tokens end at once."""
    on_database(lambda conn: managing.disable(conn, name, reason, by))
    _tell_account(name, "is disabled; its sessions and tokens have ended", as_json)


@app.command()
def enable(name: Name, reason: Reason, by: By, as_json: AsJson = False) -> None:
    """Let somebody in by an account again, also one that wrong tries locked or slow."""
    on_database(lambda conn: managing.enable(conn, name, reason, by))
    _tell_account(name, "may come in as {words}", as_json)


@app.command()
def password(name: Name, by: By, ask: Ask = False, as_json: AsJson = False) -> None:
    """Set a password for once; every session of the account ends."""
    chosen = _password(ask)
    on_database(lambda conn: managing.set_password(conn, name, chosen, by))
    told = None if ask else chosen
    if as_json:
        tell_json({"name": name, "password": told})
        return
    _say(f"{name} has a new password; every session of theirs has ended.")
    _tell_password(told)


@app.command()
def sessions(name: Name, as_json: AsJson = False) -> None:
    """Show an account's sessions that go on, and its tokens."""
    found = on_database(lambda conn: managing.keys(conn, name))
    if as_json:
        tell_json({"name": name, "sessions": found.sessions, "tokens": found.tokens})
        return
    _tell_keys(name, found)


@app.command()
def end(
    name: Name,
    by: By,
    tokens: Annotated[bool, typer.Option("--tokens", help="Its tokens too.")] = False,
    as_json: AsJson = False,
) -> None:
    """End every session of an account; they may log in again."""
    ended, keys = on_database(
        lambda conn: managing.end_keys(conn, name, by, tokens_too=tokens)
    )
    if as_json:
        tell_json({"name": name, "sessions": ended, "tokens": keys})
        return
    _say(f"{counted(ended, 'session')} and {counted(keys, 'token')} of {name} ended.")


@app.command()
def token(
    name: Name,
    days: Annotated[int, typer.Option(help="How long it lasts.")],
    by: By,
    what_for: Annotated[str, typer.Option("--for", help="What it is for.")] = "script",
    as_json: AsJson = False,
) -> None:
    """Make a key for a script, shown this once; /v1 takes it as Bearer."""
    lasts = (days, Settings().token_max_days)
    key, until = on_database(
        lambda conn: managing.give_token(conn, name, what_for, lasts, by)
    )
    if as_json:
        tell_json({"name": name, "token": key, "expires_at": until})
        return
    _say(f"{key}\nIt says {name} until {_time(until)} and is not shown again.")


def _password(ask: bool) -> str:
    if not ask:
        return passwords.invented()
    typed: str = typer.prompt(
        "Password", hide_input=True, confirmation_prompt=True, err=True
    )
    return typed


def _tell_password(told: str | None) -> None:
    if told is not None:
        _say(f"Password, for once: {told}")


def _tell_account(name: str, what: str, as_json: bool) -> None:
    held = on_database(lambda conn: accounts.named(conn, name))
    if as_json:
        tell_json(held)
    else:
        _say(f"{name} {what.format(words=_words(held))}.")


def _tell_keys(name: str, found: Keys) -> None:
    for going in found.sessions:
        seen = f"since {_time(going.made_at)}, last seen {_time(going.seen_at)}"
        _say(f"{seen}, from {going.address} by {going.way}")
    for key in found.tokens:
        over = "ended" if key.ended_at else f"until {_time(key.expires_at)}"
        used = _time(key.last_used_at) if key.last_used_at else "never"
        _say(f"token {key.id} ({key.name}) {over}, last used {used}")
    counts = (
        counted(len(found.sessions), "session"),
        counted(len(found.tokens), "token"),
    )
    _say(f"{name} has {' and '.join(counts)}.")


def _table(found: list[Account]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("name", "shown", "may be", "last log-in", "state"):
        drawn.add_column(column, overflow="fold")
    for account in found:
        drawn.add_row(
            escape(account.name),
            escape(account.shown),
            escape(_words(account)),
            _time(account.last_log_in) if account.last_log_in else "never",
            _state(account),
        )
    return drawn


def _state(account: Account) -> str:
    if account.disabled_at:
        return "disabled"
    return "password to be chosen" if account.must_change else "may come in"


def _words(account: Account) -> str:
    of = ", ".join(part for part in (account.force, account.lpu) if part)
    roles = ", ".join(role.replace("_", " ") for role in account.roles)
    return f"{roles} of {of}" if of else roles


def _time(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%Y-%m-%d %H:%M%z}"


def _say(text: str) -> None:
    Console(highlight=False, soft_wrap=True).print(text, markup=False)
