"""Jobs: selections of assets (later also compositions of ops) that run together."""
