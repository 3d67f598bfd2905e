"""What users write: pytest leaves it to tests/system/projects, which runs it as a user does."""

collect_ignore_glob = ["*"]
