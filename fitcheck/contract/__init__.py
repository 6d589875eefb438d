"""The public JSON: requests in, results out, with the names that scripts rely on.

Checked by hand rather than by annotations: a batch may hold tens of thousands of lines.
"""
