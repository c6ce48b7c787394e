"""Hostile files go through every verb: nothing crashes, is lost or executed, each has its outcome."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import load_settings
from tests.core.hostile_files import NAMES, make_corpus, remove_corpus
from tests.core.hostile_run import SETTINGS, HostileRun, decode_all

MUTATIONS = 500


@pytest.mark.soak
def test_every_hostile_file_has_an_outcome_and_the_workspace_stays_whole(tmp_path: Path) -> None:
    corpus = make_corpus(tmp_path / "corpus", MUTATIONS, seed=20261124)
    tally = HostileRun(tmp_path, corpus).everything()
    remove_corpus(tmp_path / "corpus")
    print(tally.table())
    assert tally.faults == []
    assert tally.deaths["bomb"] > 0, "no bomb cost a decoder its life, so nothing was shown"
    for suffix in ("jpg", "png", "webp", "tif", "bmp", "mp4", "avi", "ts", "mkv"):
        outcomes = tally.counts[f"mutated {suffix}", "analyze"]
        assert outcomes["unreadable"], f"no mutation of {suffix} was damage"
        assert outcomes["ok"], f"no mutation of {suffix} was read"


@pytest.mark.parametrize("mutations", [30, pytest.param(3000, marks=pytest.mark.soak)])
def test_every_hostile_file_is_decoded_or_refused_with_one_sentence(tmp_path: Path, mutations: int) -> None:
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    corpus = make_corpus(tmp_path / "corpus", mutations, seed=mutations)
    tally = decode_all(corpus, load_settings(tmp_path / "settings.toml"))
    remove_corpus(tmp_path / "corpus")
    print(tally.table())
    assert tally.faults == []
    assert tally.counts["name", "decode"]["ok"] == len(NAMES)
