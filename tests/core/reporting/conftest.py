"""A search with invented faces, cheap to build and easy to bend."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.reporting.content import ReportContent
from core.types import Case
from tests.core.reporting.report_samples import CASE, sample_content

MakeContent = Callable[..., ReportContent]


@pytest.fixture
def case() -> Case:
    return CASE


@pytest.fixture
def make_content() -> MakeContent:
    return sample_content
