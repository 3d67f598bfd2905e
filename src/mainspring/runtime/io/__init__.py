"""IO managers: how the values of assets and outputs are stored and loaded again."""
