"""A Debian guest in QEMU, what is wired to it, and how a test watches it from outside."""
