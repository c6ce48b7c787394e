"""What a user can do from more than one place, and how its menu entries are made."""

from app.actions.enrolling import FaceEnrolment, SourceEnrolment
from app.actions.making import PageActions, make_action
from app.actions.map_display import MapDisplay
from app.actions.opening import ask_files, ask_folder
from app.actions.viewing import PictureActions, VideoActions

__all__ = [
    "FaceEnrolment",
    "MapDisplay",
    "PageActions",
    "PictureActions",
    "SourceEnrolment",
    "VideoActions",
    "ask_files",
    "ask_folder",
    "make_action",
]
