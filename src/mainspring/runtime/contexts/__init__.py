"""What user functions are handed: thin views over the floors below."""
