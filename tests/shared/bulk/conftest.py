"""What the tests of bulk requests may ask for."""

from tests.shared.bulk.incident import incident

__all__ = ["incident"]
