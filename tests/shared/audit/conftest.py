"""What the tests of the harvest may ask for."""

from tests.shared.audit.barn import barn

__all__ = ["barn"]
