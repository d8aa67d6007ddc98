"""How long is long enough: SYSTEM_TEST_PATIENCE multiplies every time that a test waits, for a machine that is busy with other work."""

import os

PATIENCE = float(os.environ.get("SYSTEM_TEST_PATIENCE", "1"))
