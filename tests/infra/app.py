"""What the app needs of its surroundings, as its own functions and modules tell."""

import json
import re
from itertools import chain
from pathlib import Path
from typing import Final

from tests.fixtures.triggers import bindings

ROOT: Final = Path(__file__).parents[2]
SAMPLE: Final[dict[str, str]] = json.loads((ROOT / "local.settings.sample.json").read_text())["Values"]


def named_settings() -> set[str]:
    """Return the settings that bindings name between percent signs, where the host fills them in."""
    return set(re.findall(r"%(\w+)%", str(bindings())))


def queues_of(kind: str) -> set[str]:
    """Return the queues of the bindings of that kind, by the names that the sample gives them."""
    found = [str(each["queueName"]) for each in chain(*bindings().values()) if each["type"] == kind]
    return {re.sub(r"%(\w+)%", lambda setting: SAMPLE[setting[1]], name) for name in found}
