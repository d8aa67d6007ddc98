"""The scenarios, in their order."""
