"""Records on their way: into a file and in again, from one database into another."""
