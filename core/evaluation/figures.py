"""The evaluation as figures, drawn by matplotlib where it is installed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import UsageError
from core.evaluation.protocols.lfw_lowres import SystemResult
from core.evaluation.quality_results import QualityResult

_INCHES = (7.0, 4.5)
_DPI = 150


def figures_available() -> bool:
    """Whether matplotlib can be imported."""
    try:
        import_module("matplotlib")
    except ImportError:
        return False
    return True


def write_figures(systems: Sequence[SystemResult], directory: Path) -> tuple[Path, ...]:
    """Draw rates by size, detection error trade-offs, ranks and error versus discard.

    Parameters
    ----------
    systems : sequence of SystemResult
        The results.
    directory : Path
        An existing directory.

    Returns
    -------
    tuple of Path
        PNG files.

    Raises
    ------
    UsageError
        If matplotlib is not installed.
    """
    if not figures_available():
        raise UsageError("Figures need matplotlib, which is not installed (pip install matplotlib).")
    plans: list[tuple[str, Callable[[Any], None]]] = [
        ("tar_by_size.png", lambda axes: _tar_by_size(axes, systems)),
        ("rank1_by_size.png", lambda axes: _rank_by_size(axes, systems)),
        *((f"det_{s.name}.png", lambda axes, s=s: _det(axes, s)) for s in systems),
        *((f"cmc_{s.name}.png", lambda axes, s=s: _cmc(axes, s)) for s in systems),
        *(
            (f"edc_{kind}_{s.name}.png", lambda axes, q=q, t=f"{s.name}, {kind}": _edc(axes, q, t))
            for s in systems
            for kind, q in (("low-to-high", s.mixed_low_to_high), ("low-to-low", s.mixed_low_to_low))
            if q is not None
        ),
    ]
    paths = []
    for name, draw in plans:
        # The Figure class alone: pyplot would pick a window system and keep every figure alive.
        figure = import_module("matplotlib.figure").Figure(figsize=_INCHES, dpi=_DPI, layout="constrained")
        import_module("matplotlib.backends.backend_agg").FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        draw(axes)
        axes.grid(alpha=0.3)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(fontsize="small")
        path = directory / name
        figure.savefig(path, metadata={"Software": None})
        paths.append(path)
    return tuple(paths)


def _tar_by_size(axes: Any, systems: Sequence[SystemResult], target: float = 1e-3) -> None:
    for system in systems:
        for name, style in (("low_to_high", "-o"), ("low_to_low", "--s")):
            found = [
                (size.size, point.tar)
                for size in system.sizes
                for point in getattr(size, name).points
                if point.target_fmr == target and point.tar is not None
            ]
            label = f"{system.name}, {name.replace('_', '-')}"
            _rates(axes, [size for size, _ in found], [rate for _, rate in found], style, label)
    _size_axis(axes, systems)
    axes.set_ylabel(f"true accept rate at FMR {target:g}")
    axes.set_title("95 % intervals: bootstrap over people", fontsize="small")


def _rank_by_size(axes: Any, systems: Sequence[SystemResult]) -> None:
    for system in systems:
        rates = [size.closed_set.ranks[0][1] for size in system.sizes]
        _rates(axes, [size.size for size in system.sizes], rates, "-o", system.name)
    _size_axis(axes, systems)
    axes.set_ylabel("mate at rank 1, everybody enrolled")


def _rates(axes: Any, sizes: Sequence[int], rates: Sequence[Any], style: str, label: str) -> None:
    values = np.array([rate.value for rate in rates], np.float64)
    ends = [(r.interval.low, r.interval.high) if r.interval else (r.value, r.value) for r in rates]
    bounds = np.array(ends, np.float64).reshape(-1, 2).T
    errors = np.maximum([values - bounds[0], bounds[1] - values], 0.0)
    axes.errorbar(sizes, values, yerr=errors, fmt=style, capsize=2, markersize=4, label=label)


def _size_axis(axes: Any, systems: Sequence[SystemResult]) -> None:
    sizes = sorted({size.size for system in systems for size in system.sizes})
    axes.set_xscale("log")
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.minorticks_off()
    axes.set_xlabel("size gone through, px")
    axes.set_ylim(-0.02, 1.02)


def _det(axes: Any, system: SystemResult) -> None:
    for size in system.sizes:
        det = size.low_to_high.det
        axes.plot([point.fmr for point in det], [point.fnmr for point in det], label=f"{size.size} px")
    axes.set_xscale("log")
    axes.set_xlabel("false match rate")
    axes.set_ylabel("false non-match rate")
    axes.set_title(f"{system.name}, low-to-high", fontsize="small")


def _cmc(axes: Any, system: SystemResult) -> None:
    for size in system.sizes:
        cmc = size.closed_set.cmc
        axes.plot(range(1, len(cmc) + 1), cmc, label=f"{size.size} px")
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel("rank")
    axes.set_ylabel("mate at this rank or better")
    axes.set_title(f"{system.name}, low probes, clean gallery", fontsize="small")


def _edc(axes: Any, quality: QualityResult, title: str) -> None:
    for number, measure in enumerate(quality.measures):
        for curve, style in ((measure.fixed, "-"), (measure.recomputed, ":")):
            if curve is not None:
                values = [np.nan if value is None else value for value in curve.fnmr]
                label = measure.name if style == "-" else None
                axes.plot(curve.discarded, values, style, label=label, color=f"C{number}")
    axes.set_xlabel("share of mated pairs rejected, lowest quality first")
    axes.set_ylabel(f"FNMR at FMR {quality.fmr:g}")
    axes.set_title(
        f"{title}, mixed sizes\nsolid: threshold fixed on the whole set (ISO/IEC 29794-1), "
        "dotted: recomputed on the retained set (CR-FIQA)",
        fontsize="small",
    )
