"""What users and this project's own tests test with: a simulated world, and events made in one line."""
