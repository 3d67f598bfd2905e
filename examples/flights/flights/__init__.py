"""Flights that left New York in 2013, as a graph of assets."""
