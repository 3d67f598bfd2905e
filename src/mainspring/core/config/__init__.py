"""Settings of a computation: the schema types, their validation and the run config."""
