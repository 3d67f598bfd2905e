"""The parts of the benchmark harness: environments, series, measuring, figures, report."""
