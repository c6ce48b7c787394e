"""A demonstration case, built offline from pictures that scikit-image ships."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import DiscernError, UsageError
from core.imaging.degradation import add_noise
from core.imaging.still import encode_png
from core.progress import Progress
from core.types import BoundingBox, Case, EnrolmentStatus
from core.workspace.cases.case_editing import CaseEditing
from core.workspace.galleries.enrolment import EnrolmentDesk
from core.workspace.galleries.enrolment_plan import EnrolmentItem
from core.workspace.galleries.galleries import Galleries
from core.workspace.searches.search_maps import TESTED
from core.workspace.searches.searching import SearchDesk

# The face in each crop of `lfw_subset`, as a person would draw it where no detector finds it.
FACE_OF_CROP = BoundingBox(3.0, 1.0, 19.0, 24.0)
GALLERY = "demo"
REFERENCE = "DEMO"
ASTRONAUT = "Eileen Collins"
PROBE_WIDTH = 110
PROBE_NOISE = 4.0
PROBE_QUALITY = 85
SEED = 20261124


@dataclass(frozen=True, slots=True)
class Demo:
    """The demonstration as it was built.

    Attributes
    ----------
    case_id, search_id : int
        Keys of its case and of the search in it.
    gallery : str
        Name of its gallery.
    subjects : int
        How many people the gallery holds.
    """

    case_id: int
    search_id: int
    gallery: str
    subjects: int


class Demonstration(EnrolmentDesk, SearchDesk, Galleries, CaseEditing):
    """The part of the front door that builds the demonstration."""

    def build_demo(self, progress: Progress | None = None) -> Demo:
        """Enrol 101 people and search for one of them from a face of fewer than 20 px.

        The gallery holds the astronaut Eileen Collins (NASA, public domain) and the hundred faces of 25 x 25
        px of `skimage.data.lfw_subset`; the probe is her photograph reduced to a fifth, with noise and JPEG
        compression.

        Parameters
        ----------
        progress : Progress, optional
            Hears of each picture and may cancel.

        Returns
        -------
        Demo
            The keys of what was built; building it again adds a search to the same case.

        Raises
        ------
        UsageError
            If scikit-image is not installed.
        Cancelled
            If a stop was asked for.
        """
        items, probe = _write_pictures(self.directory / "demo")
        enrolments = tuple(self.enroll(items, gallery=GALLERY, progress=progress))
        undetected = {result.path for result in enrolments if result.status is EnrolmentStatus.REFUSED}
        by_hand = [
            EnrolmentItem(item.subject, item.path, FACE_OF_CROP) for item in items if item.path in undetected
        ]
        refused = [
            result
            for result in self.enroll(by_hand, gallery=GALLERY, progress=progress)
            if result.status is EnrolmentStatus.REFUSED
        ]
        if refused:
            raise DiscernError(f"The demonstration picture {refused[0].path.name}: {refused[0].reason}")
        case = self._demo_case()
        image = self.read_still(probe)
        faces = self.analyze(image).assessed
        if not faces:
            raise DiscernError(f"No face of the demonstration probe {probe} could be assessed.")
        found = self.search(image, faces[0], galleries=[GALLERY], case_id=case.case_id)
        self.test_maps(found.search_id, range(1, TESTED + 1))
        return Demo(case.case_id, found.search_id, GALLERY, found.result.gallery_size)

    def _demo_case(self) -> Case:
        for case in self.cases():
            if case.reference == REFERENCE:
                return case
        made = self.new_case(
            "Demonstration: one face of 18 px",
            REFERENCE,
            "None: public pictures, to show how the program works.",
        )
        return self.set_case_blind(made.case_id, False, "A demonstration shows its candidates at once.")


def _write_pictures(folder: Path) -> tuple[tuple[EnrolmentItem, ...], Path]:
    """Write the pictures of the demonstration and return what to enrol, and the probe."""
    try:
        from skimage import data
    except ImportError as error:
        raise UsageError(
            "The demonstration uses the pictures of scikit-image, which is not installed."
        ) from error
    photograph: NDArray[np.uint8] = data.astronaut()
    crops = (data.lfw_subset()[:100] * 255).round().astype(np.uint8)
    people = {ASTRONAUT: photograph}
    people |= {f"LFW subset {number:03}": np.dstack([crop] * 3) for number, crop in enumerate(crops, start=1)}
    items = []
    for name, pixels in people.items():
        path = folder / "gallery" / name / "1.png"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(encode_png(pixels))
        items.append(EnrolmentItem(name, path))
    probe = folder / "probe.jpg"
    small = Image.fromarray(photograph).resize((PROBE_WIDTH, PROBE_WIDTH), Image.Resampling.BOX)
    noisy = add_noise(np.asarray(small), np.random.default_rng(SEED), PROBE_NOISE)
    Image.fromarray(noisy).save(probe, "JPEG", quality=PROBE_QUALITY)
    return tuple(items), probe
