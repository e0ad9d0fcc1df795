"""How lively the tenant's invented life is."""

import msgspec


class Pace(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Days of history, events and incidents a day, and whether the desk's identity takes part in the incidents."""

    days: int = 30
    daily: int = 1330
    incidents: int = 4
    desk: bool = True
