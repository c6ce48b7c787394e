"""`discern models`: which networks there are, and under what licence."""

from __future__ import annotations

import typer

from core.cli import records
from core.cli.session import JsonOption, Session, WorkspaceOption


def register(application: typer.Typer) -> None:
    """Add the verb to the command line."""
    models = typer.Typer(help="The networks and their cards.", no_args_is_help=True)
    application.add_typer(models, name="models")

    @models.command("list")
    def list_(context: typer.Context, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
        """List the models with id, licence and what is known of them."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            active = opened.active_model().model_id
            cards = opened.models()
        if session.json:
            for card in cards:
                session.line(records.of_model(card, card.model_id == active))
            return
        for card in cards:
            provisional = " (provisional)" if card.provisional else ""
            session.say(f"{card.name}{' (active)' if card.model_id == active else ''}")
            session.say(f"  id              {card.model_id}")
            session.say(f"  network         {card.architecture}, {card.embedding_dim} numbers an embedding")
            session.say(f"  recognizability {card.recognizability}{provisional}")
            session.say(f"  licence         {card.licence}")
            session.say(f"  origin          {card.origin}")
            for text in (*card.figures, *card.limitations):
                session.say(f"  - {text}")
