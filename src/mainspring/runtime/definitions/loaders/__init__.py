"""Find what modules declare: the ``load_..._from_...`` functions."""
