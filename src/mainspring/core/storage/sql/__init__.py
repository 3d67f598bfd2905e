"""The store in SQL: statements as text, built once, run through a thin connection."""
