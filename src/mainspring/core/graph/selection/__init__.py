"""Which assets and checks are meant: ``AssetSelection`` in Python and as a string."""
