"""What several tests of accounts begin with."""

from __future__ import annotations

import pytest

from accounts.models import (
    RegisterUpload,
    Role,
)
from tests.accounts.checks import Place
from tests.conftest import START
from tests.factories import Factory


@pytest.fixture
def place(make: Factory) -> Place:
    top = make.area("Xinghe")
    home = make.area("Riverside", top)
    officer = make.staff(Role.VERIFIER, top)
    upload = make.add(
        RegisterUpload(
            area_id=top, uploaded_by_id=officer, uploaded_at=START, sha256="0" * 64, people=0
        )
    )
    return Place(top, home, officer, upload, make)
