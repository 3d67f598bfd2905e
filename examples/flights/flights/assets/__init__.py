"""The assets, one module a layer: raw, cleaned, analysis, model, report."""
