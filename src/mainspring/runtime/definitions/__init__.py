"""What a user declares: assets, checks, resources, jobs, and the Definitions that hold them."""
