"""One deployment: its settings, its store, its folder."""
