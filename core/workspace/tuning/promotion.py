"""The promotion of a tuned model, and the way back."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from typing import Any

from core.errors import Conflict, ModelUnavailable, UsageError, WorkspaceUnusable
from core.imaging.digest import hash_bytes
from core.progress import Progress
from core.recognition.cards import weights_path, write_card
from core.storage import audit
from core.types import ModelCard
from core.workspace.galleries.reembedding import Reembedding, ReembeddingProgress
from core.workspace.models.model_files import ModelFiles, check_free
from core.workspace.tuning.gating import Gating
from core.workspace.tuning.tuning_run import MODEL, TuningRun

PROMOTE = "promote"


class Promotion(ModelFiles, Reembedding, Gating):
    """The part of the front door that lets a tuned model serve, or keeps it from it."""

    def promote(
        self, name: str, override: str = "", progress: Progress | None = None
    ) -> Iterator[ReembeddingProgress]:
        """Let the model of a run serve: install it, embed the galleries with it, and switch to it.

        Parameters
        ----------
        name : str
            Of the run.
        override : str
            Why to promote it against the verdict; this goes into the audit log and the card, and so into
            every report that is made with the model.
        progress : Progress, optional
            May cancel; what was embedded stays, and the same call goes on.

        Yields
        ------
        ReembeddingProgress
            After each batch; the parent serves until the last one.

        Raises
        ------
        Conflict
            If the gate has not let the model through and there is no reason to override it, or another model
            than its parent serves.
        NotFound
            If there is no such run, or it is not finished.
        IntegrityFailure
            If crops of the galleries are damaged.
        Cancelled
            If a stop was asked for.
        """
        run, card = self.tuning_run(name), self.tuned_model(name)
        reason = override.strip()
        gate = self._verdict_on(card, name)
        if gate["verdict"] != PROMOTE and not reason:
            raise Conflict(
                f"The gate has not let {name} through ({gate['verdict'].replace('_', ' ')}): "
                f"{' '.join(gate['reasons'])}"
            )
        serving = self.active_model()
        if serving.model_id not in (run.parent_id, card.model_id):
            raise Conflict(
                f"{name} was tuned from {run.parent}, and {serving.name} serves now: tune that one instead."
            )
        if not self._installed(card):
            self._install(run, card, gate, reason)
        yield from self.reembed(card.name, progress)

    def rollback(self, reason: str, progress: Progress | None = None) -> Iterator[ReembeddingProgress]:
        """Let the parent of the model that serves take its place again.

        Its embeddings were kept, so that a ranking is the same to the bit as before the promotion; only what
        was enrolled since is embedded. The model that is left stays installed.

        Parameters
        ----------
        reason : str
            Why, for the audit log.
        progress : Progress, optional
            May cancel; the model that serves now goes on serving.

        Yields
        ------
        ReembeddingProgress
            After each batch; the last one is complete.

        Raises
        ------
        UsageError
            If there is no reason.
        Conflict
            If the model that serves was not tuned here.
        ModelUnavailable
            If the parent is gone or is no longer the same file.
        """
        if not reason.strip():
            raise UsageError("Say why the parent should serve again.")
        # torch takes seconds to import, which nothing before this needs.
        from core.recognition.weights import read_notes

        serving = self.active_model()
        notes = read_notes(weights_path(serving, self._model_directory()))
        parent_name = notes.get("parent")
        if not isinstance(parent_name, str):
            raise Conflict(f"{serving.name} was not tuned in a workspace, so there is no way back from it.")
        parent = self._card(parent_name)
        if parent.model_id != notes.get("parent_id"):
            raise Conflict(f"{parent_name} is another file than the one that {serving.name} was tuned from.")
        for step in self.reembed(parent.name, progress):
            if step.complete:
                details = {
                    "model": serving.name,
                    "model_id": serving.model_id,
                    "parent": parent.name,
                    "parent_id": parent.model_id,
                }
                with self._database.write() as session:
                    audit.append(session, self.settings.operator, "model.rollback", details, reason)
            yield step

    def _verdict_on(self, card: ModelCard, name: str) -> dict[str, Any]:
        gate = self.gate_record(name)
        if gate is None or gate.get("model_id") != card.model_id:
            raise Conflict(f"The gate has not judged {name} yet: run `discern train gate {name}`.")
        return gate

    def _installed(self, card: ModelCard) -> bool:
        try:
            return self._card(card.name).model_id == card.model_id
        except ModelUnavailable:
            return False

    def _install(self, run: TuningRun, card: ModelCard, gate: dict[str, Any], reason: str) -> None:
        check_free(card.name, self.models_directory)
        models = self._writable_models()
        source = weights_path(card, self._run_directory(run.name) / MODEL)
        data = source.read_bytes()
        if hash_bytes(data) != card.model_id:
            raise Conflict(f"The weights {source} are no longer those that the gate judged.")
        details = {
            "model_id": card.model_id,
            "verdict": gate["verdict"],
            "reasons": gate["reasons"],
            "override": reason if gate["verdict"] != PROMOTE else "",
        }
        target = weights_path(card, models)
        unfinished = target.with_suffix(".unfinished")
        try:
            unfinished.write_bytes(data)
            os.replace(unfinished, target)
            self._log("model.promote", run, **details)
            # The card makes the model exist.
            write_card(judged_card(card, gate, reason, self.settings.operator), models)
        except OSError as error:
            raise WorkspaceUnusable(f"The model {target} cannot be written: {error.strerror}.") from error


def judged_card(card: ModelCard, gate: dict[str, Any], reason: str, operator: str) -> ModelCard:
    """Add to a card what the gate said.

    Parameters
    ----------
    card : ModelCard
        Of the model.
    gate : dict
        The record of the gate.
    reason : str
        Why it was promoted against the verdict, if it was.
    operator : str
        Who promoted it.

    Returns
    -------
    ModelCard
        With the reasons among its figures, and an override first among its limitations.
    """
    verdict = gate["verdict"].replace("_", " ")
    figures = (f"Verdict of the gate against {gate['parent']}: {verdict}.", *gate["reasons"])
    against: tuple[str, ...] = ()
    if gate["verdict"] != PROMOTE:
        against = (
            f"Promoted against the verdict of the gate ({verdict}) by {operator}, who gave this reason: "
            f"{reason}",
        )
    return dataclasses.replace(card, figures=figures, limitations=(*against, *card.limitations))
