"""What the tools' tests ask for."""

import pytest

from tests.fixtures.tenant import Tenant
from tests.tools.desk import Administrator


@pytest.fixture
def admin(tenant: Tenant) -> Administrator:
    """Offer the tool in the hands of a Global Administrator."""
    return Administrator(tenant)
