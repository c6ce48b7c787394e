"""`discern case view`, `judge`, `verdict`, `nobody` and `search-faces`: what examiners say of searches."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli import judging_records, records
from core.cli.examiner_option import ExaminerOption, sign_in
from core.cli.session import JsonOption, Session, WorkspaceOption
from core.errors import NotFound, UsageError
from core.types import (
    Component,
    Conclusion,
    FeatureNote,
    Finding,
    Fusion,
    SearchView,
    Suitability,
    Verdict,
)

SearchArgument = Annotated[
    int, typer.Argument(metavar="SEARCH_ID", help="The search, as `search` printed it.")
]
RankOption = Annotated[int | None, typer.Option(min=1, metavar="N", help="Rank of the candidate.")]
PositionOption = Annotated[
    int | None,
    typer.Option(min=1, metavar="P", help="Position in `case view`, while ranks are hidden."),
]
VISIBLE, NOT_VISIBLE, NOTHING = "visible", "not_visible", "none"


def register_judging(case: typer.Typer) -> None:
    """Add the commands to `discern case`."""

    @case.command("view")
    def view(
        context: typer.Context,
        search_id: SearchArgument,
        examiner: ExaminerOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Show a search as the examiner may see it. The first look is logged."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            sign_in(opened, examiner)
            _show(session, opened.search_view(search_id))

    @case.command("judge")
    def judge(
        context: typer.Context,
        search_id: SearchArgument,
        suitability: Annotated[
            Suitability | None, typer.Option(help="Judge the probe: whether it can be compared.")
        ] = None,
        rank: RankOption = None,
        position: PositionOption = None,
        conclusion: Annotated[
            Conclusion | None, typer.Option(help="Judge a comparison: what the observations support.")
        ] = None,
        feature: Annotated[
            list[str] | None,
            typer.Option(
                metavar="PART=WHAT[:NOTE]",
                help="A line of the checklist, such as eyes=similar:narrow; repeatable. WHAT is visible or "
                "not_visible for a probe, and similar, different, not_comparable or not_visible otherwise.",
            ),
        ] = None,
        note: Annotated[str, typer.Option(help="Free text.")] = "",
        derived: Annotated[
            bool, typer.Option("--derived", help="A derived picture was on show, not the original.")
        ] = False,
        examiner: ExaminerOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Keep a judgement of the probe or of a comparison. None is changed; a later one replaces it."""
        session = Session.of(context, workspace, as_json)
        features = [_feature(text, of_probe=conclusion is None) for text in feature or ()]
        with session.open() as opened:
            sign_in(opened, examiner)
            if suitability is not None:
                if (conclusion, rank, position) != (None, None, None):
                    raise UsageError("Judge either the probe or a comparison: they are separate judgements.")
                opened.judge_probe(search_id, suitability, features, note)
            elif conclusion is None:
                raise UsageError("Give --suitability for the probe, or --rank and --conclusion.")
            else:
                place = _rank(opened.search_view(search_id), rank, position)
                opened.judge_comparison(search_id, place, conclusion, features, note, not derived)
            _show(session, opened.search_view(search_id))

    @case.command("verdict")
    def verdict(
        context: typer.Context,
        search_id: SearchArgument,
        rank: Annotated[int, typer.Argument(metavar="RANK", min=1)],
        said: Annotated[str, typer.Argument(metavar="|".join([*Verdict, NOTHING]))],
        examiner: ExaminerOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Shortlist or reject a candidate, or take that back. It can be undone."""
        session = Session.of(context, workspace, as_json)
        if said not in [*Verdict, NOTHING]:
            raise UsageError(f"A verdict is one of {', '.join([*Verdict, NOTHING])}, not {said!r}.")
        with session.open() as opened:
            sign_in(opened, examiner)
            _show(session, opened.set_verdict(search_id, rank, None if said == NOTHING else Verdict(said)))

    @case.command("nobody")
    def nobody(
        context: typer.Context,
        search_id: SearchArgument,
        undo: Annotated[bool, typer.Option("--undo", help="Take it back.")] = False,
        examiner: ExaminerOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Keep "nobody suitable" as the answer of a search. It can be undone."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            sign_in(opened, examiner)
            _show(session, opened.set_nobody_suitable(search_id, not undo))

    @case.command("search-faces")
    def search_faces(
        context: typer.Context,
        case_id: Annotated[int, typer.Argument(metavar="CASE_ID")],
        face_ids: Annotated[list[int], typer.Argument(metavar="FACE_ID...", help="Faces of one person.")],
        top: Annotated[
            int | None, typer.Option(min=1, metavar="K", help="Length of the candidate list.")
        ] = None,
        gallery: Annotated[
            list[str] | None, typer.Option(help="A gallery to search; repeatable. All when not given.")
        ] = None,
        fusion: Annotated[Fusion | None, typer.Option(help="Best sample, or RI-weighted template.")] = None,
        examiner: ExaminerOption = None,
        workspace: WorkspaceOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Search for the template of several faces of one person, weighted by recognizability."""
        session = Session.of(context, workspace, as_json)
        with session.open() as opened:
            sign_in(opened, examiner)
            known = {one.face_id for one in opened.case_faces(case_id)}
            for face_id in face_ids:
                if face_id not in known:
                    raise NotFound(f"Case {case_id} has no face with the number {face_id}.")
            found = opened.search_faces(face_ids, top=top, galleries=gallery, fusion=fusion)
            view = opened.search_view(found.search_id)
        if session.json:
            session.line(records.of_search(found) | {"view": judging_records.of_view(view)})
            return
        weights = ", ".join(f"{one.face_id} ({one.weight:.3f})" for one in found.faces)
        session.say(f"Search {found.search_id} for faces {weights} of case {case_id}.")
        _show(session, view)


def _feature(text: str, *, of_probe: bool) -> FeatureNote:
    """Return the line of the checklist that an option stands for."""
    part, _, rest = text.partition("=")
    what, _, note = rest.partition(":")
    if part not in list(Component):
        raise UsageError(f"{part!r} is no part of the checklist; the parts are {', '.join(Component)}.")
    component = Component(part)
    if what == NOT_VISIBLE:
        return FeatureNote(component, False, None if of_probe else Finding.NOT_COMPARABLE, note)
    if of_probe and what == VISIBLE:
        return FeatureNote(component, True, None, note)
    if not of_probe and what in list(Finding):
        return FeatureNote(component, True, Finding(what), note)
    wanted = [VISIBLE, NOT_VISIBLE] if of_probe else [*Finding, NOT_VISIBLE]
    raise UsageError(f"{part} can be {', '.join(wanted)} here, not {what!r}.")


def _rank(view: SearchView, rank: int | None, position: int | None) -> int:
    """Return the key of the candidate that was meant; a hidden rank cannot be named."""
    if (rank is None) is (position is None):
        raise UsageError("Name the candidate by --rank, or by --position while ranks are hidden.")
    if rank is not None:
        if view.hidden:
            raise UsageError(f"{view.why} Name the candidate by --position.")
        return rank
    for shown in view.candidates:
        if shown.position == position:
            return shown.rank
    raise NotFound(f"Search {view.search_id} shows no candidate at position {position}.")


def _show(session: Session, view: SearchView) -> None:
    record = judging_records.of_view(view)
    if session.json:
        session.line(record)
        return
    if view.hidden:
        session.say(f"Search {view.search_id}: {view.why}")
        session.table(
            ("position", "sample picture", "verdict"),
            [(one.position, one.sample_id, one.verdict) for one in view.candidates],
        )
    else:
        session.say(f"Search {view.search_id}:")
        session.table(
            ("rank", "similarity", "subject", "gallery", "verdict", "rejected in search"),
            [
                (
                    one["rank"],
                    f"{one['similarity']:.4f}",
                    one["subject"],
                    one["gallery"],
                    one["verdict"],
                    one["rejected_before"],
                )
                for one in record["candidates"]
            ],
        )
    if view.nobody_suitable:
        session.say("Answer: nobody on the list is suitable.")
    for one in record["judgements"]:
        place = "probe" if one["of"] == "probe" else f"rank {one['rank']}"
        if view.hidden and one["of"] == "comparison":
            place = f"position {one['position']}"
        role = ", second examiner" if one["second"] else ""
        session.say(
            f"Judgement {one['judgement_id']} of {one['examiner']}{role}: {place}: "
            f"{one['suitability'] or one['conclusion']}"
        )
