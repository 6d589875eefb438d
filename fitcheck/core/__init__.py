"""The physics and the planning: pure functions of frozen data, no I/O of any kind."""
