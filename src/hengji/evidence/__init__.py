"""Registers (台账) held as immutable batches, and measures (计量口径) that answer indicators from them."""
