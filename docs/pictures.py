"""Makes the pictures of the documentation, by a Chromium or Chrome of this machine: `make screenshots`."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from shared.report.page import page
from shared.report.report import report
from tests.shared.report.invented import busy

HERE: Final = Path(__file__).parent
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")


def picture(address: str, to: Path, size: tuple[int, int]) -> None:
    """Have the browser show an address, and keep what it shows."""
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        sys.exit(f"No browser takes the pictures: install one of {', '.join(_BROWSERS)}.")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--screenshot={to}"]
    command = [browser, *options, f"--window-size={size[0]},{size[1]}", address]
    subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603 - no shell, no foreign input


def report_picture(to: Path) -> None:
    """Take the report of an invented day."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "report.html")
        file.write_bytes(page(report(busy())))
        picture(file.as_uri(), to, (1000, 1500))


if __name__ == "__main__":
    report_picture(HERE / "report.png")
