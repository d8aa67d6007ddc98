"""Timeouts: SYSTEM_TEST_PATIENCE multiplies every timeout, for busy machines."""

import os
import time

PATIENCE = float(os.environ.get("SYSTEM_TEST_PATIENCE", "1"))


def eventually(probe, limit: float, pause: float = 0.05):
    """The first true result of the probe, otherwise its last result at the timeout."""
    deadline = time.monotonic() + limit * PATIENCE
    while not (answer := probe()) and time.monotonic() < deadline:
        time.sleep(pause)
    return answer
