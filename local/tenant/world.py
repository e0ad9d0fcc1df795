"""Everything a handler can touch: the directory, the clock, the switches."""

from random import Random

from local.tenant.audit.audit import Audit
from local.tenant.clock import Clock
from local.tenant.directory import Directory
from local.tenant.faults import Faults
from local.tenant.mail import SentMail
from local.tenant.permissions import Permissions
from local.tenant.seed import Seed
from local.tenant.switches import Switches
from local.tenant.throttle import Throttle
from local.tenant.trace import TracedCall


class World:
    """The tenant's whole state; `reset` takes it back to the seed."""

    def __init__(self, seed: Seed, clock: Clock, random: Random, permissions: Permissions, scopes: Permissions) -> None:
        self.seed = seed
        self.clock = clock
        self.random = random
        self.permissions = permissions
        self.scopes = scopes
        self.trace = list[TracedCall]()
        self.reset()

    def reset(self) -> None:
        """Back to the seed: people, switches, audit log, faults, throttling, journal, trace, mail and the clock."""
        self.clock.restore()
        self.directory = Directory(self.seed, self.clock, self.random)
        self.switches = Switches()
        self.audit = Audit(self.directory, lambda: self.switches)
        self.faults = Faults()
        self.throttle = Throttle(self.clock)
        self.trace.clear()
        self.mails = list[SentMail]()
