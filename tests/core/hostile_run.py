"""Takes the hostile corpus through the command line and says what became of each file."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import UnreadableImage, UnreadableVideo
from core.imaging.isolated import StillDecoder
from core.imaging.still import read_still
from core.imaging.video import VideoSource, is_video
from core.settings import Settings
from tests.core.hostile_files import TEXTS, HostileFile, face_picture

SETTINGS = """
[imaging]
decode_seconds = 5.0
decode_memory_bytes = 900_000_000

[detection]
upscale_below_px = 1
"""
"""Tight enough that bombs which keep to the limits of size cost their decoder its life, and quick."""

PATIENCE_S = 3600
_DEATH = re.compile(r"made its decoder fail|was not decoded within")
_SENTENCE = re.compile(r"\S[^\n\r\x00-\x1f]*[.)]", re.DOTALL)
_FORMULA = tuple("=+-@\t\r")


@dataclass
class Tally:
    """What became of the corpus.

    Attributes
    ----------
    counts : dict
        By kind of file and step: how often each outcome came.
    deaths : dict
        By kind of file: how many decoders were lost.
    seconds : dict
        By step.
    faults : list of str
        What must not be, one line each.
    """

    counts: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    deaths: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def table(self) -> str:
        """Return the counts as text."""
        lines = [f"{'kind':<14}{'step':<9}{'files':>6}  outcomes"]
        for (kind, step), found in sorted(self.counts.items()):
            said = ", ".join(f"{count} {name}" for name, count in sorted(found.items()))
            lines.append(f"{kind:<14}{step:<9}{found.total():>6}  {said}")
        lines.append(f"decoders lost: {self.deaths.total()} ({dict(sorted(self.deaths.items()))})")
        lines += [f"{step}: {seconds:.1f} s" for step, seconds in self.seconds.items()]
        return "\n".join((*lines, f"faults: {len(self.faults)}", *self.faults))


class HostileRun:
    """Runs `discern` on a corpus as a script would, each step in a process of its own.

    Parameters
    ----------
    folder : Path
        Where the workspace and the reports go.
    corpus : sequence of HostileFile
        The files.
    """

    def __init__(self, folder: Path, corpus: Sequence[HostileFile]) -> None:
        self.folder, self.corpus = folder, corpus
        self.workspace = folder / "workspace"
        self.workspace.mkdir(parents=True, mode=0o700)
        (self.workspace / "settings.toml").write_text(SETTINGS, encoding="utf-8")
        self.tally = Tally()
        self._kinds = {_storable(one.path): one.kind for one in corpus}

    def everything(self) -> Tally:
        """Take the corpus through all steps."""
        # A folder means the pictures in it, whatever it is called.
        paths = [one.path for one in self.corpus if not one.path.is_dir()]
        names = [one.path for one in self.corpus if one.kind == "name"]
        stills = [path for path in paths if path.suffix in {".jpg", ".png", ".webp", ".tif"}]
        self.analyze(paths)
        self.enroll()
        cases = [self.new_case(text) for text in TEXTS[4:6]]
        self.add(cases[0], paths)
        self.search(cases[0], [*names, *stills[:: max(1, len(stills) // 60)]])
        self.search(cases[1], names[::4])
        self.report(cases[1])
        self.people_can_be_read()
        self.verify()
        return self.tally

    def discern(self, step: str, *arguments: object, codes: tuple[int, ...] = (0,)) -> list[dict[str, Any]]:
        """Run the command line and return its JSON lines; whatever a user must not see is a fault."""
        return self._lines(step, self._run(step, "--json", *arguments, codes=codes))

    def analyze(self, paths: Sequence[Path]) -> None:
        """Analyse all files; for a person as well, whose terminal is not to be written over."""
        records = self.discern("analyze", "analyze", *paths)
        self._expect([record["path"] for record in records] == list(map(str, paths)), "analyze: files lost")
        for record in records:
            self._note("analyze", record["path"], record["outcome"], record["reason"])
        shown = self._run(
            "analyze", "analyze", *[path for path in paths if self._kinds[_storable(path)] == "name"]
        )
        hidden = set(re.findall(r"[\x00-\x09\x0b-\x1f\u202a-\u202e]", shown))
        self._expect(not hidden, f"analyze: control characters on the terminal: {hidden}")

    def enroll(self) -> None:
        """Enrol a sound picture under each of the texts, and the folders of the corpus as people."""
        people = self.folder / "people"
        for number, text in enumerate(TEXTS):
            (people / text).mkdir(parents=True)
            face_picture(160 + number).save(people / text / "1.png")
        kinds = self.corpus[0].path.parents[1]
        for source, codes in ((people, (0,)), (kinds, (0, 4))):
            records = self.discern("enroll", "enroll", source, codes=codes)
            for record in records:
                self._note("enroll", record["path"], record["status"], record["reason"])
            if source == people:
                subjects = {record["subject"] for record in records if record["status"] == "enrolled"}
                self._expect(len(subjects) == len(TEXTS), "enroll: a person was lost")

    def new_case(self, title: str) -> int:
        """Open a case that is not blind."""
        (case,) = self.discern("case", "case", "new", "--notes", title, "--authority", title, "--", title)
        key = int(case["case_id"])
        self.discern("case", "case", "blind", key, "--off", "--reason", title)
        return key

    def add(self, case_id: int, paths: Sequence[Path]) -> None:
        """Take all files into a case."""
        records = self.discern("add", "case", "add", case_id, *paths)
        self._expect([record["path"] for record in records] == list(map(str, paths)), "add: files lost")
        for record in records:
            self._note("add", record["path"], record["outcome"], record["reason"])
        self._run("add", "case", "pictures", str(case_id))

    def search(self, case_id: int, paths: Sequence[Path]) -> None:
        """Search for the faces of files."""
        records = self.discern("search", "search", "--case", case_id, "--top", 20, "--test", 0, *paths)
        # The probe of a search is named as it is stored.
        wanted, found = list(map(_storable, paths)), [_storable(record["probe"]) for record in records]
        self._expect(found == wanted, "search: files lost")
        for record in records:
            self._note("search", record["probe"], record.get("outcome", "ok"), record.get("reason", ""))

    def report(self, case_id: int) -> None:
        """Write the reports and the pack of a case, and look for what a program might execute."""
        out, pack = self.folder / "reports", self.folder / "pack.zip"
        written = self.discern("report", "report", "--case", case_id, "--out", out, "--bundle", pack)
        for record in written:
            for ending in ("pdf", "html", "json", "csv"):
                if ending in record:
                    self._expect(Path(record[ending]).is_file(), f"report: {record[ending]} is missing")
        for path in sorted(out.rglob("*.*")):
            self.tally.counts["report", path.suffix]["written"] += 1
            self._look_at(path)
        (checked,) = self.discern("verify", "verify", pack)
        self._expect(checked["ok"] is True, f"the pack: {checked['problems'][:3]}")

    def people_can_be_read(self) -> None:
        """Have people, cases and the log listed, for a person and as JSON."""
        subjects = self.discern("list", "gallery", "list", "--gallery", "default")
        self._expect(len(subjects) >= len(TEXTS), "list: people are missing")
        for listing in (("gallery", "list", "--gallery", "default"), ("case", "list"), ("case", "show", "2")):
            self._run("list", *listing)

    def verify(self) -> None:
        """Check the workspace, and that no name was taken for a command."""
        (checked,) = self.discern("verify", "verify")
        self._expect(checked["ok"] is True, f"the workspace: {checked['problems'][:3]}")
        executed = [path for path in (self.folder, Path.cwd()) if (path / "executed").exists()]
        self._expect(not executed, f"a name was executed in {executed}")

    def _run(self, step: str, *arguments: object, codes: tuple[int, ...] = (0,)) -> str:
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "core.cli", "--workspace", str(self.workspace), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=PATIENCE_S,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        spent = self.tally.seconds.get(step, 0.0) + time.perf_counter() - start
        self.tally.seconds[step] = spent
        error = done.stderr.decode("utf-8", "replace").strip()
        self._expect(done.returncode in codes, f"{step}: exit code {done.returncode}: {error[-1500:]}")
        self._expect("Traceback" not in error, f"{step}: traceback: {error[-1500:]}")
        return done.stdout.decode("utf-8", "replace")

    def _lines(self, step: str, output: str) -> list[dict[str, Any]]:
        records = []
        for line in output.split("\n"):
            try:
                records += [json.loads(line)] if line else []
            except ValueError:
                self.tally.faults.append(f"{step}: no JSON: {line[:200]!r}")
        return records

    def _note(self, step: str, path: str, outcome: str, reason: str) -> None:
        kind = self._kinds.get(_storable(path), "sound")
        self.tally.counts[kind, step][outcome] += 1
        self.tally.deaths[kind] += bool(_DEATH.search(reason))
        if outcome not in {"ok", "enrolled", "already"}:
            self._expect(_SENTENCE.fullmatch(reason) is not None, f"{step} {path!r}: no sentence: {reason!r}")
        self._expect("internal error" not in reason, f"{step} {path!r}: {reason}")
        self._expect(kind != "name" or step == "enroll" or outcome == "ok", f"{step} {path!r}: {reason}")

    def _look_at(self, path: Path) -> None:
        content = path.read_bytes()
        if path.suffix == ".csv":
            rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
            cells = [one for row in rows for one in row if one.startswith(_FORMULA) and not _is_number(one)]
            self._expect(not cells, f"{path.name}: formulas {cells[:3]}")
        elif path.suffix == ".html":
            found = re.findall(rb"<script\b|<img src=x|<font|<!\[CDATA\[", content)
            self._expect(not found, f"{path.name}: markup {found[:3]}")
        elif path.suffix == ".json":
            json.loads(content)
        elif path.suffix == ".pdf":
            self._expect(content.startswith(b"%PDF-") and b"%%EOF" in content[-32:], f"{path.name}: no PDF")

    def _expect(self, holds: bool, fault: str) -> None:
        if not holds:
            self.tally.faults.append(fault)


def decode_all(corpus: Sequence[HostileFile], settings: Settings) -> Tally:
    """Decode a corpus, and of videos two frames, without looking for faces.

    Parameters
    ----------
    corpus : sequence of HostileFile
        The files.
    settings : Settings
        Limits of the decoders.

    Returns
    -------
    Tally
        Whatever is neither a picture nor one sentence is a fault.
    """
    tally, start = Tally(), time.perf_counter()
    with StillDecoder() as decoder:
        for one in corpus:
            outcome, reason = "ok", ""
            try:
                if is_video(one.path):
                    with VideoSource.open(one.path, settings.imaging) as video:
                        video.frame(video.info.frames - 1)
                        video.frame(0)
                else:
                    read_still(one.path, settings.imaging, decoder.decode)
            except (UnreadableImage, UnreadableVideo) as error:
                outcome, reason = "unreadable", str(error)
                if _SENTENCE.fullmatch(reason) is None:
                    tally.faults.append(f"{one.path}: no sentence: {reason!r}")
            except Exception as error:
                tally.faults.append(f"{one.path}: {error!r}")
            tally.counts[one.kind, "decode"][outcome] += 1
            tally.deaths[one.kind] += bool(_DEATH.search(reason))
    tally.seconds["decode"] = time.perf_counter() - start
    return tally


def _storable(path: Path | str) -> str:
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
