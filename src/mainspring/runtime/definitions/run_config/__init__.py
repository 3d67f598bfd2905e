"""The run config of a job: its schema, and what a run config comes to for the ops inside.

``schema.run_config_schema`` is all that it may hold; ``resolved.resolve_run_config`` what a run is given;
``validated.validate_run_config`` checks it without a run. ``tree`` says what may be said of each node,
``walk`` goes through a run config with it.
"""
