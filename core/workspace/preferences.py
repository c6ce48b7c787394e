"""Settings that a user changes while at work."""

from __future__ import annotations

from typing import Any

from core.errors import UsageError
from core.settings import Settings, write_settings
from core.storage import audit
from core.workspace.opened import OpenedWorkspace


class Preferences(OpenedWorkspace):
    """The part of the front door that changes the settings of a workspace."""

    def change_settings(self, group: str, **values: Any) -> Settings:
        """Change settings of one group, for now and for later starts.

        What was found and ranked before keeps the settings that it was made with, as they were noted then.

        Parameters
        ----------
        group : str
            "imaging", "detection", "recognition" or "gallery".
        **values
            New values by key, see :mod:`core.settings`.

        Returns
        -------
        Settings
            All settings as they are now.

        Raises
        ------
        UsageError
            If there is no such key, or a value has the wrong type; nothing is changed then.
        ModelUnavailable
            If a detector or model of this name cannot be loaded; nothing is changed then.
        """
        before = getattr(self.settings, group, None)
        for name in values:
            if not hasattr(before, name):
                raise UsageError(f"There is no setting {group}.{name}.")
        tried = self.settings.replace(group, **values)
        engine = None
        if group in ("detection", "recognition"):
            # torch takes seconds to import, so it waits until it is needed.
            from core.analysis import load_analyzer

            # An engine without a detector would still do, for boxes drawn by hand; a choice must hold.
            engine = load_analyzer(tried, self.models_directory, self._stills.decode, must_detect=True)
        with self._engine_lock, self._database.write() as session:
            details = {name: {"from": getattr(before, name), "to": value} for name, value in values.items()}
            audit.append(session, self.settings.operator, "settings.change", {group: details})
            write_settings(self.directory / "settings.toml", group, **values)
            self.settings = tried
            if engine is not None:
                self._engine = engine
        return self.settings
