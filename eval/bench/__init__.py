"""Benchmarks of the archive: its speed and size, and what becomes of it under kills, damage and many readers."""
