"""What is known beforehand: models, published files and graphics cards, as data with their sources."""
