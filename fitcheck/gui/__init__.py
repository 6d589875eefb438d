"""The window. Nothing else knows Qt, but for the file that writes PDF (``export/pdf.py``)."""
