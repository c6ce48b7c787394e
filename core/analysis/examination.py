"""From pixels to aligned faces: all of the path but the network."""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.detection.detector import Detector
from core.detection.tiling import detect_faces
from core.errors import UnreadableImage, UnreadableVideo
from core.imaging.alignment import align
from core.imaging.digest import hash_file
from core.imaging.still import Decode, decode_still, read_still
from core.imaging.video import VideoSource, is_video
from core.settings import Settings
from core.types import FaceAnalysis, FaceDetection, ImageAnalysis, Outcome, SourceImage

_log = logging.getLogger(__name__)

NO_DETECTOR = "No face detector is available; boxes can be drawn by hand."

_LEAST_EYES_IN_CROP = 5.0
"""On the template the eyes are 35 px apart; landmarks that come out closer are no face in any pose."""


class Examiner:
    """Reads pictures and finds and aligns their faces.

    Parameters
    ----------
    detector : Detector or None
        None where no detector can run: then only faces drawn by hand are found.
    settings : Settings
        Limits and thresholds.
    without_detector : str
        One sentence that says why there is no detector.
    decode : callable
        What decodes the bytes of stills.
    """

    def __init__(
        self,
        detector: Detector | None,
        settings: Settings,
        without_detector: str = NO_DETECTOR,
        decode: Decode = decode_still,
    ) -> None:
        self._detector = detector
        self._settings = settings
        self._without_detector = without_detector
        self._decode = decode
        self._one_detection = threading.Lock()

    def examine_file(self, path: Path) -> ImageAnalysis:
        """Read a file and find and align its faces.

        Parameters
        ----------
        path : Path
            A picture, or a video, of which the first frame is taken.

        Returns
        -------
        ImageAnalysis
            As :meth:`examine_safely`; `UNREADABLE` with a reason when the file cannot be decoded.
        """
        try:
            image = self._read(path)
        except (UnreadableImage, UnreadableVideo) as error:
            return ImageAnalysis(path, Outcome.UNREADABLE, str(error), sha256=_hash(path))
        except Exception as error:
            return _quarantined(path, error)
        return self.examine_safely(image)

    def examine_safely(self, image: SourceImage) -> ImageAnalysis:
        """Find and align the faces of one picture of many.

        Parameters
        ----------
        image : SourceImage
            The picture.

        Returns
        -------
        ImageAnalysis
            As :meth:`examine`; an internal error is logged and becomes an outcome, because one picture must
            not cost a batch of thousands its results.
        """
        try:
            return self.examine(image)
        except Exception as error:
            return dataclasses.replace(_quarantined(image.path, error), image=image, sha256=image.sha256)

    def examine(
        self, image: SourceImage, manual: Sequence[FaceDetection] = (), *, detect: bool = True
    ) -> ImageAnalysis:
        """Find and align the faces of one picture.

        Parameters
        ----------
        image : SourceImage
            The picture.
        manual : sequence of FaceDetection
            Faces drawn by hand.
        detect : bool
            Whether to run the detector.

        Returns
        -------
        ImageAnalysis
            The faces, largest first. Those that can be assessed are `OK` and wait for an embedding.
        """
        found = list(manual)
        if detect and self._detector is not None:
            # A batch may still be looking ahead while somebody asks about a single picture.
            with self._one_detection:
                found += detect_faces(image.pixels, self._detector, self._settings.detection)
        found.sort(key=lambda face: -face.box.area)
        faces = tuple(self._aligned(image.pixels, face) for face in found)
        if faces:
            return ImageAnalysis(image.path, Outcome.OK, "", image, faces, image.sha256)
        if detect and self._detector is None:
            reason = self._without_detector
        elif detect:
            reason = "No face was found; a box can be drawn by hand."
        else:
            reason = "No face was marked."
        return ImageAnalysis(image.path, Outcome.NOT_DETECTED, reason, image, (), image.sha256)

    def _read(self, path: Path) -> SourceImage:
        if not is_video(path):
            return read_still(path, self._settings.imaging, self._decode)
        with VideoSource.open(path, self._settings.imaging) as video:
            return video.frame(0)

    def _aligned(self, pixels: NDArray[np.uint8], detection: FaceDetection) -> FaceAnalysis:
        try:
            aligned = align(pixels, detection)
        except ValueError:
            return FaceAnalysis(detection, Outcome.NOT_ASSESSED, "The landmarks of the face coincide.")
        scale = float(np.linalg.norm(aligned.transform[:, 0]))
        if aligned.eye_distance_px * scale < _LEAST_EYES_IN_CROP:
            reason = "The landmarks do not have the shape of a face."
            return FaceAnalysis(detection, Outcome.NOT_ASSESSED, reason, aligned)
        least = self._settings.recognition.min_eye_distance_px
        if aligned.eye_distance_px < least:
            reason = (
                f"The eyes are {aligned.eye_distance_px:.1f} px apart, less than the {least:.1f} px that are "
                "needed to assess a face."
            )
            return FaceAnalysis(detection, Outcome.TOO_SMALL, reason, aligned)
        return FaceAnalysis(detection, Outcome.OK, "", aligned)


def _quarantined(path: Path | None, error: Exception) -> ImageAnalysis:
    _log.error("The picture %s could not be examined.", path, exc_info=error)
    reason = f"The picture could not be examined because of an internal error ({error})."
    return ImageAnalysis(path, Outcome.UNREADABLE, reason)


def _hash(path: Path) -> str | None:
    try:
        return hash_file(path)[0] if path.is_file() else None
    except OSError:
        return None
