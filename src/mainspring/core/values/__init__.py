"""Small values every floor speaks of: keys, metadata, tags, data versions."""
