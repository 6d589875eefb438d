"""A report as a file: one document in the words of a language, and from it HTML, PDF, Markdown; JSON and CSV."""
