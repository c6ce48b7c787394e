"""What a user can do from more than one place, and how its menu entries are made."""

from app.actions.appearance import Appearance, kept_theme
from app.actions.case_searches import CaseSearches
from app.actions.closing import Closing
from app.actions.disclosing import Disclosing
from app.actions.docks import add_dock
from app.actions.enrolling import FaceEnrolment, SourceEnrolment
from app.actions.examiner import ExaminerAtWork
from app.actions.judging import CandidateReview, ProbeJudging
from app.actions.log_watch import LogWatch
from app.actions.making import PageActions, make_action
from app.actions.map_display import MapDisplay
from app.actions.menu_bar import MenuBar
from app.actions.opening import ask_files, ask_folder
from app.actions.palette import CommandPalette
from app.actions.places import Places
from app.actions.preferences import PreferencesAction
from app.actions.probe_searching import ProbeSearches
from app.actions.resuming import Resuming
from app.actions.shortcuts import Shortcuts
from app.actions.undoing import Undoing
from app.actions.viewing import PictureActions, VideoActions
from app.actions.window_memory import WindowMemory

__all__ = [
    "Appearance",
    "CandidateReview",
    "CaseSearches",
    "Closing",
    "CommandPalette",
    "Disclosing",
    "ExaminerAtWork",
    "FaceEnrolment",
    "LogWatch",
    "MapDisplay",
    "MenuBar",
    "PageActions",
    "PictureActions",
    "Places",
    "PreferencesAction",
    "ProbeJudging",
    "ProbeSearches",
    "Resuming",
    "Shortcuts",
    "SourceEnrolment",
    "Undoing",
    "VideoActions",
    "WindowMemory",
    "add_dock",
    "ask_files",
    "ask_folder",
    "kept_theme",
    "make_action",
]
