"""Run config that follows from the partition."""
