"""`discern case protect`, `passphrase` and `protection`: the encryption of the whole workspace."""

from __future__ import annotations

from pathlib import Path

import typer

from core.cli.passphrases import NewPassphraseFileOption, new_passphrase
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.errors import UsageError
from core.types import Protection
from core.workspace import NOT_COVERED, Workspace, is_protected


def register_protection(case: typer.Typer) -> None:
    """Add the commands to `discern case`."""

    @case.command("protect")
    def protect(
        context: typer.Context,
        new_passphrase_file: NewPassphraseFileOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Encrypt the whole workspace with a passphrase, a new one or one that is in use."""
        session = Session.of(context, workspace, as_json)
        if is_protected(session.directory):
            raise UsageError(
                f"The workspace {session.directory} is encrypted already: "
                "`discern case passphrase` gives it another passphrase."
            )
        passphrase = new_passphrase(new_passphrase_file)
        with session.open() as opened:
            _tell(session, opened.directory, opened.protect(passphrase))

    @case.command("passphrase")
    def passphrase(
        context: typer.Context,
        new_passphrase_file: NewPassphraseFileOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Give an encrypted workspace another passphrase."""
        session = Session.of(context, workspace, as_json)
        present = session.passphrase()
        if present is None and not is_protected(session.directory):
            raise UsageError(f"The workspace {session.directory} is not encrypted, so it has no passphrase.")
        with Workspace.open(session.directory, passphrase=present) as opened:
            opened.change_passphrase(present or "", new_passphrase(new_passphrase_file))
            _tell(session, opened.directory, opened.protection())

    @case.command("protection")
    def protection(
        context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False
    ) -> None:
        """Say whether the workspace is encrypted, by what, and what that does not cover."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            _tell(session, opened.directory, opened.protection())


def _tell(session: Session, directory: Path, protection: Protection) -> None:
    if session.json:
        session.line(
            {
                "workspace": str(directory),
                "encrypted": protection.encrypted,
                "derivation": protection.derivation,
                "ciphers": protection.ciphers,
                "not_covered": list(NOT_COVERED) if protection.encrypted else [],
            }
        )
        return
    if not protection.encrypted:
        session.say("This workspace is not encrypted.")
        return
    session.say(f"This workspace is encrypted. Key from the passphrase: {protection.derivation}.")
    session.say(protection.ciphers[0].upper() + protection.ciphers[1:] + ".")
    session.say("Not covered:")
    for phrase in NOT_COVERED:
        session.say(f"- {phrase}")
