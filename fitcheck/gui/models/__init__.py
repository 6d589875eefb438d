"""Qt item models: answers as rows and columns."""
