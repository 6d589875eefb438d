"""Pages: one a tab."""
