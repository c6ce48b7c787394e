"""Precision over recall as figures, drawn by matplotlib where it is installed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from core.evaluation.detection_document import range_text
from core.evaluation.protocols.mosaic_faces import DetectorResult

_INCHES = (7.0, 4.5)
_DPI = 150


def write_detection_figures(results: Sequence[DetectorResult], directory: Path) -> tuple[Path, ...]:
    """Draw precision over recall by size of face, and recall over size.

    Parameters
    ----------
    results : sequence of DetectorResult
        Of the same sizes.
    directory : Path
        An existing directory.

    Returns
    -------
    tuple of Path
        PNG files: one for each detector, and one for all.
    """
    paths = []
    for number, result in enumerate(results):
        axes = _axes()
        for size in result.sizes:
            if size.curve:
                _, recalls, precisions = zip(*size.curve, strict=True)
                axes.plot(recalls, precisions, label=f"{range_text(size)} px")
        axes.set_xlabel("recall")
        axes.set_ylabel("precision")
        axes.set_title(f"{result.name}, intersection over union 0.5", fontsize="small")
        axes.set_xlim(-0.02, 1.02)
        paths.append(_saved(axes, directory / f"precision_recall_{number + 1}.png"))
    axes = _axes()
    for result in results:
        values = [size.point.recall.value or 0.0 for size in result.sizes]
        ends = [size.point.recall.interval for size in result.sizes]
        below = [value - end.low if end else 0.0 for value, end in zip(values, ends, strict=True)]
        above = [end.high - value if end else 0.0 for value, end in zip(values, ends, strict=True)]
        bars = [[max(one, 0.0) for one in side] for side in (below, above)]
        axes.errorbar(range(len(values)), values, yerr=bars, fmt="-o", capsize=2, label=result.name)
    axes.set_xticks(
        range(len(results[0].sizes)),
        [f"{range_text(size)} px" for size in results[0].sizes],
        fontsize="small",
    )
    axes.set_ylabel("recall")
    axes.set_title("95 % intervals: bootstrap over pictures", fontsize="small")
    return (*paths, _saved(axes, directory / "recall_by_size.png"))


def _axes() -> Any:
    # The Figure class alone: pyplot would pick a window system and keep every figure alive.
    figure = import_module("matplotlib.figure").Figure(figsize=_INCHES, dpi=_DPI, layout="constrained")
    import_module("matplotlib.backends.backend_agg").FigureCanvasAgg(figure)
    return figure.add_subplot()


def _saved(axes: Any, path: Path) -> Path:
    axes.set_ylim(-0.02, 1.02)
    axes.grid(alpha=0.3)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize="small")
    axes.figure.savefig(path, metadata={"Software": None})
    return path
