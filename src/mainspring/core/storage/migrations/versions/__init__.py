"""One module for each revision, named by its number. A revision that was released never changes."""
