"""Maps as JSON: what each region contributes, and the tests of it.

::

    map           {kind, values [[]], faithfulness}, of the probe
    evidence      {values [[]], constant, speaking_for, speaking_against, faithfulness}, towards a candidate;
                  values and constant add up to the similarity
    faithfulness  {deletion [], insertion [], deletion_area, insertion_area, margin, random_margins [],
                  random_maps, beaten, rank, informative} or null where the map was not tested

Rows and columns run as in the crop.
"""

from __future__ import annotations

from typing import Any

from core.types import AttentionMap, Faithfulness, PairEvidence


def of_map(attention: AttentionMap) -> dict[str, Any]:
    """Return {kind, values, faithfulness}."""
    return {
        "kind": attention.kind.value,
        "values": attention.values.tolist(),
        "faithfulness": of_faithfulness(attention.faithfulness),
    }


def of_evidence(evidence: PairEvidence | None) -> dict[str, Any] | None:
    """Return {values, constant, speaking_for, speaking_against, faithfulness}, or None for None."""
    if evidence is None:
        return None
    return {
        "values": evidence.values.tolist(),
        "constant": evidence.constant,
        "speaking_for": evidence.speaking_for,
        "speaking_against": evidence.speaking_against,
        "faithfulness": of_faithfulness(evidence.faithfulness),
    }


def of_faithfulness(test: Faithfulness | None) -> dict[str, Any] | None:
    """Return curves, areas, margins and the verdict of a test, or None where there was none."""
    if test is None:
        return None
    return {
        "deletion": list(test.deletion),
        "insertion": list(test.insertion),
        "deletion_area": test.deletion_area,
        "insertion_area": test.insertion_area,
        "margin": test.margin,
        "random_margins": list(test.random),
        "random_maps": len(test.random),
        "beaten": test.beaten,
        "rank": test.rank,
        "informative": test.informative,
    }
