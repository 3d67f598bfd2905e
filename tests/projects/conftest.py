"""The projects here are what users write: pytest leaves them to tests/system/projects, which runs them as a user does."""

collect_ignore_glob = ["*"]
