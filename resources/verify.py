"""Check a disclosure pack of Discern with nothing but the standard library of Python 3.8 or later.

    python verify.py                     inside the unpacked folder
    python verify.py PACK.zip            the pack as it came, or another folder
    python verify.py --manifest-sha256 HEX [PACK.zip]

The exit code is 0 when nothing wrong was found and 1 otherwise; each problem is one sentence, the first bad
file or log entry first. Nothing is written, unpacked or sent. What is checked, in this order:

1. manifest.json is as it was written, and its own hash line fits; with --manifest-sha256 also that it is the
   very manifest whose hash was handed over separately.
2. Every file of the manifest is there with its size and its SHA-256, and no other file is.
3. audit/log.jsonl is an unbroken chain: each entry names the hash of the entry before it, and the hash of
   each entry that is given in full follows from its text.
4. Each search agrees with the log entry that it is bound to, its similarities follow from the embeddings, and
   no search, judgement or piece of evidence that the log tells of is withheld.
5. Each report states what its search states.

README.txt says what these checks cannot show.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import math
import re
import stat
import struct
import sys
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
LOG = "audit/log.jsonl"
SCHEMA = "discern.disclosure/1"
NAMED_BY_HASH = ("crops/", "originals/", "pictures/")
SAFE_NAME = re.compile(r"(?!\.)[A-Za-z0-9._-]+(/(?!\.)[A-Za-z0-9._-]+)*")
LARGEST_JSON = 1 << 28
TOLERANCE = 1e-6


class Pack:
    """The files of a pack, in a folder or still in its zip file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive = None if path.is_dir() else zipfile.ZipFile(path)

    def names(self) -> list[str]:
        """Return the names of all files, with "/" between folders; links are among them."""
        if self.archive is not None:
            return [one.filename for one in self.archive.infolist()]
        found = (one for one in self.path.rglob("*") if one.is_symlink() or not one.is_dir())
        return [one.relative_to(self.path).as_posix() for one in found]

    def size(self, name: str) -> int:
        """Return the size of a file in bytes."""
        if self.archive is not None:
            return self.archive.getinfo(name).file_size
        status = (self.path / name).lstat()
        if not stat.S_ISREG(status.st_mode):
            raise OSError("it is a link or no regular file")
        return status.st_size

    def open(self, name: str) -> Any:
        """Open a file for reading."""
        return self.archive.open(name) if self.archive is not None else (self.path / name).open("rb")

    def read(self, name: str) -> bytes:
        """Return the bytes of a file that is to be understood."""
        if self.size(name) > LARGEST_JSON:
            raise ValueError("it is far larger than such a file can be")
        with self.open(name) as file:
            return bytes(file.read())

    def json(self, name: str) -> Any:
        """Return what a JSON file says."""
        return json.loads(self.read(name).decode("utf-8"))


def canonical(value: Any) -> bytes:
    """Return the one way in which manifest.json is written."""
    return (json.dumps(value, sort_keys=True, indent=1, allow_nan=False) + "\n").encode("ascii")


def entry_hash(entry: dict[str, Any]) -> str:
    """Return the hash that follows from the text of a log entry; older ones lack the last three keys."""
    hashed = ("action", "created", "details", "operator", "previous_hash", "sequence")
    body = {key: entry[key] for key in hashed}
    body.update({key: entry[key] for key in ("monotonic_ns", "reason", "session") if key in entry})
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def vector(stored: dict[str, Any]) -> tuple[float, ...]:
    """Return an embedding, which is kept as little-endian 32-bit floating point numbers in base 64."""
    return struct.unpack(f"<{stored['length']}f", base64.b64decode(stored["base64"], validate=True))


def check_manifest(data: bytes, expected: str) -> Iterator[str]:
    """Check that manifest.json is as it was written."""
    found = hashlib.sha256(data).hexdigest()
    if expected and found != expected.strip().lower():
        yield f"manifest.json is not the one that was handed over: its SHA-256 is {found}."
    try:
        manifest = json.loads(data.decode("utf-8"))
        unchanged = canonical(manifest) == data
        stated = manifest.pop("self_sha256")
        unchanged = unchanged and hashlib.sha256(canonical(manifest)).hexdigest() == stated
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        unchanged = False
    if not unchanged:
        yield "manifest.json was changed after it was written."
    elif manifest["schema"] != SCHEMA:
        yield f"manifest.json is of another version than this program, which reads {SCHEMA}."


def check_files(pack: Pack, files: dict[str, Any]) -> Iterator[str]:
    """Check that exactly the files of the manifest are there, unchanged."""
    names = Counter(pack.names())
    for name in sorted(set(names) | set(files)):
        if name == MANIFEST and name not in files:
            continue
        if not SAFE_NAME.fullmatch(name):
            yield f"{name!r} is no name for a file of a pack: it could lead out of its folder."
        elif name not in files:
            yield f"{name} does not belong to the pack."
        elif name not in names:
            yield f"{name} is missing."
        else:
            yield from check_file(pack, name, files[name])
    for name in sorted(one for one in names if names[one] > 1):
        yield f"{name!r} is in the pack more than once."


def check_file(pack: Pack, name: str, stated: dict[str, Any]) -> Iterator[str]:
    """Check the size and the hash of one file."""
    sha256 = hashlib.sha256()
    try:
        size = pack.size(name)
        if size != stated["size"]:
            yield f"{name} was changed: it has {size} bytes instead of {stated['size']}."
            return
        with pack.open(name) as file:
            for chunk in iter(lambda: file.read(1 << 20), b""):
                sha256.update(chunk)
    except Exception as error:  # whatever a damaged zip file makes the library raise
        yield f"{name} cannot be read: {error}."
        return
    found = sha256.hexdigest()
    if found != stated["sha256"]:
        yield f"{name} was changed: its SHA-256 is {found} instead of {stated['sha256']}."
    elif name.startswith(NAMED_BY_HASH) and Path(name).stem != found:
        yield f"{name} does not have the hash that it is named by."


def check_log(entries: list[dict[str, Any]], stated: dict[str, Any]) -> Iterator[str]:
    """Check the chain of the audit log up to its first bad entry; what follows that cannot be judged."""
    previous = "0" * 64
    for number, entry in enumerate(entries, start=1):
        problem = ""
        if entry["sequence"] != number:
            problem = "is missing"
        elif entry["previous_hash"] != previous:
            problem = "does not follow on the entry before it"
        elif "details" in entry and entry_hash(entry) != entry["entry_hash"]:
            problem = "was changed after it was written"
        if problem:
            yield f"Entry {number} of the audit log {problem}."
            return
        previous = entry["entry_hash"]
    if len(entries) < stated["entries"]:
        yield f"Entry {len(entries) + 1} of the audit log is missing: the log was cut short."
    elif len(entries) > stated["entries"]:
        yield f"Entry {stated['entries'] + 1} of the audit log was added."
    elif previous != stated["head"]:
        yield f"Entry {len(entries)} of the audit log is not the last one that the manifest names."


def check_search(record: dict[str, Any], full: list[dict[str, Any]]) -> Iterator[str]:
    """Check a search against the log entry that it is bound to, and its figures against its embeddings."""
    search = record["search"]
    name = f"Search {search['id']}"
    bound = [one for one in full if one["entry_hash"] == search["audit_hash"]]
    if [one["action"] for one in bound] != ["search.run"]:
        yield f"{name} is bound to no entry of the audit log that is given in full."
        return
    logged = json.loads(bound[0]["details"])
    claimed = {key: search[key] for key in logged if key in search}
    claimed["search_id"] = search["id"]
    claimed["probe"] = unicodedata.normalize("NFC", search["probe"]["path"])
    claimed["probe_sha256"] = search["probe"]["sha256"]
    claimed["faces"] = [
        {"face_id": one["face_id"], "weight": f"{one['weight']:.9f}"} for one in record["faces"]
    ]
    claimed["candidates"] = [
        {"subject_id": one["subject_id"], "similarity": f"{one['similarity']:.9f}"}
        for one in search["candidates"]
    ]
    for key in sorted(set(claimed) & set(logged)):
        if claimed[key] != logged[key]:
            yield f"{name} and entry {bound[0]['sequence']} of the audit log disagree on {key!r}."
    yield from check_similarities(name, record)


def check_similarities(name: str, record: dict[str, Any]) -> Iterator[str]:
    """Check that candidates are in order and that each similarity is the cosine of two embeddings."""
    probe = vector(record["embedding"])
    listed, behind = record["search"]["candidates"], record["candidates"]
    if [one["rank"] for one in behind] != [one["rank"] for one in listed]:
        yield f"{name} does not list the same candidates with and without their embeddings."
        return
    before = math.inf
    for place, (shown, kept) in enumerate(zip(listed, behind), start=1):
        if shown["rank"] != place or shown["similarity"] > before:
            yield f"{name}: the candidate in place {place} is out of order."
        before = shown["similarity"]
        if kept["compared"] is not None:
            cosine = math.fsum(x * y for x, y in zip(probe, vector(kept["compared"])))
            if abs(cosine - shown["similarity"]) > TOLERANCE:
                yield f"{name}, rank {place}: the similarity does not follow from the embeddings."


def check_withheld(pack: Pack, full: list[dict[str, Any]], searches: Iterable[int]) -> Iterator[str]:
    """Check that the pack holds what the log tells of, and that the log tells of what it holds."""
    judgements = {one["judgement_id"]: one for one in pack.json("judgements.json")["judgements"]}
    evidence = {one["evidence_id"]: one for one in pack.json("evidence.json")["evidence"]}
    held = {"search_id": set(searches), "judgement_id": set(judgements), "evidence_id": set(evidence)}
    told: dict[str, set[int]] = {key: set() for key in held}
    keys = {"search.run": "search_id", "evidence.intake": "evidence_id"}
    keys.update({"probe.judge": "judgement_id", "comparison.judge": "judgement_id"})
    for entry in full:
        key = keys.get(entry["action"])
        if key is None:
            continue
        details, where = json.loads(entry["details"]), f"entry {entry['sequence']} of the audit log"
        number = details[key]
        told[key].add(number)
        if number not in held[key]:
            yield f"The pack withholds what {where} ({entry['action']}) tells of: {key} {number}."
        elif key == "judgement_id" and not agrees(judgements[number], details, entry["operator"]):
            yield f"Judgement {number} is not the one that {where} tells of."
        elif key == "evidence_id" and evidence[number]["sha256"] != details["sha256"]:
            yield f"Evidence {number} is not what {where} tells of."
    for key in ("judgement_id", "evidence_id"):
        for number in sorted(held[key] - told[key]):
            yield f"The audit log, as far as it is given in full, does not tell of {key} {number}."


def agrees(judgement: dict[str, Any], details: dict[str, Any], operator: str) -> bool:
    """Say whether a judgement is the one of a log entry, which holds the hash of its free text."""
    order = ("component", "visible", "finding", "note")
    lines = [{key: line[key] for key in order} for line in judgement["features"]]
    text = json.dumps(lines, ensure_ascii=False) + "\n" + judgement["note"]
    same = all(judgement[key] == details[key] for key in ("search_id", "rank", "answer", "second"))
    same = same and unicodedata.normalize("NFC", judgement["examiner"]) == operator
    return same and hashlib.sha256(text.encode("utf-8")).hexdigest() == details["text_sha256"]


def check_report(name: str, report: dict[str, Any], record: dict[str, Any]) -> Iterator[str]:
    """Check that the JSON of a report says of its search what the search says."""
    stated, kept = report["search"], record["search"]
    for key in sorted(set(stated) | set(kept)):
        if stated.get(key) != kept.get(key):
            yield f"{name} and searches/search-{kept['id']}.json disagree on {key!r}."


def check_content(pack: Pack, manifest: dict[str, Any]) -> Iterator[str]:
    """Check the log, the searches and the reports of a pack."""
    name = LOG
    try:
        entries = [json.loads(line) for line in pack.read(LOG).decode("utf-8").split("\n")[:-1]]
        yield from check_log(entries, manifest["log"])
        full = [one for one in entries if "details" in one]
        records = {}
        for number in manifest["searches"]:
            name = f"searches/search-{number}.json"
            records[number] = pack.json(name)
            yield from check_search(records[number], full)
        name = "evidence.json or judgements.json"
        yield from check_withheld(pack, full, records)
        for number in manifest["reports"]:
            name = f"report/search-{number}.json"
            yield from check_report(name, pack.json(name), records[number])
    except Exception as error:  # a file that was changed may hold anything
        yield f"{name} cannot be understood: {type(error).__name__}: {error}."


def check(path: Path, manifest_sha256: str = "") -> tuple[list[str], list[str]]:
    """Check a pack.

    Parameters
    ----------
    path : Path
        The zip file, or the folder that it was unpacked to.
    manifest_sha256 : str
        The SHA-256 that was printed when the pack was written, where it is known.

    Returns
    -------
    tuple of list of str
        What is wrong, one sentence each, and what was looked at.
    """
    try:
        pack = Pack(path)
        data = pack.read(MANIFEST)
    except Exception as error:  # whatever a damaged zip file makes the library raise
        return [f"{MANIFEST} of {path} cannot be read: {error}."], []
    problems = list(check_manifest(data, manifest_sha256))
    try:
        manifest = json.loads(data.decode("utf-8"))
        log = manifest["log"]
        problems += check_files(pack, manifest["files"])
        problems += check_content(pack, manifest)
        looked_at = [
            f"Manifest: SHA-256 {hashlib.sha256(data).hexdigest()}",
            f"Files: {len(manifest['files'])}, besides the manifest",
            f"Audit log: {log['entries']} entries, {log['in_full']} of them in full; head {log['head']}",
            f"Searches: {len(manifest['searches'])}; reports: {len(manifest['reports'])}",
        ]
    except Exception as error:  # a manifest that was changed may hold anything
        return [*problems, f"{MANIFEST} cannot be understood: {error}."], []
    return problems, looked_at


def check_itself() -> None:
    """End if this file is not the one that the manifest beside it names; damaged, it could say anything."""
    here = Path(__file__).resolve()
    try:
        files = json.loads(here.with_name(MANIFEST).read_bytes())["files"]
        stated = files[here.name]["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    if hashlib.sha256(here.read_bytes()).hexdigest() != stated:
        sys.exit("verify.py is not the one that manifest.json names: one of the two was changed.")


def main() -> None:
    """Run the checks from the command line."""
    check_itself()
    parser = argparse.ArgumentParser(description="Check a disclosure pack of Discern.")
    parser.add_argument("pack", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--manifest-sha256", default="", metavar="HEX")
    arguments = parser.parse_args()
    problems, looked_at = check(arguments.pack, arguments.manifest_sha256)
    print("\n".join(looked_at))
    if problems:
        sys.exit("\n".join(problems))
    print("No problem was found.")
    if not arguments.manifest_sha256:
        print("Whoever can rewrite the whole pack can rewrite its manifest too: compare the SHA-256 above")
        print("with the one that was printed at the export, or give that one with --manifest-sha256.")


# Not `== "__main__"`: one damaged byte in that name, and the program would end in silence and look content.
if __name__ != "resources.verify":
    main()
