"""Drawings as data: numbers in, shapes with colour hints out. The window paints them, reports render them as SVG."""
