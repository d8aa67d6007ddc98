"""What the device must stand, in the order in which it is tried."""
