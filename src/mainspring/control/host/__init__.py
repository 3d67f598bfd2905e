"""The host of a location: what serves its workers."""
