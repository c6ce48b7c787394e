"""What a user can do from more than one place, and how its menu entries are made."""

from app.actions.cases.case_searches import CaseSearches
from app.actions.cases.places import Places
from app.actions.disclosing import Disclosing
from app.actions.galleries.enrolling import FaceEnrolment, SourceEnrolment
from app.actions.making import PageActions, make_action
from app.actions.opening import ask_files, ask_folder
from app.actions.pictures.viewing import PictureActions, VideoActions
from app.actions.searches.judging import CandidateReview, ProbeJudging
from app.actions.searches.map_display import MapDisplay
from app.actions.searches.probe_searching import ProbeSearches
from app.actions.window.appearance import Appearance, kept_theme
from app.actions.window.closing import Closing
from app.actions.window.docks import add_dock
from app.actions.window.examiner import ExaminerAtWork
from app.actions.window.log_watch import LogWatch
from app.actions.window.menu_bar import MenuBar
from app.actions.window.palette import CommandPalette
from app.actions.window.preferences import PreferencesAction
from app.actions.window.protecting import WorkspaceProtection
from app.actions.window.resuming import Resuming
from app.actions.window.shortcuts import Shortcuts
from app.actions.window.undoing import Undoing
from app.actions.window.unlocking import open_workspace
from app.actions.window.window_memory import WindowMemory

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
    "WorkspaceProtection",
    "add_dock",
    "ask_files",
    "ask_folder",
    "kept_theme",
    "make_action",
    "open_workspace",
]
