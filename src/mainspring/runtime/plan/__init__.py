"""From a selection of assets to a frozen, printable plan of steps."""
