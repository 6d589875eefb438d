"""Runs the model's real shapes with synthetic weights in a child process and lays measured beside predicted."""
