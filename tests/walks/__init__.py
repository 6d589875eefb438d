"""Walks through the finished program as its users take them."""

import pytest

# Its comparisons shall say what differs.
pytest.register_assert_rewrite("tests.walks.asking")
