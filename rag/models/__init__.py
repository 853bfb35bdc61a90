"""The chat models: the seam, and what runs them in this process or speaks to a server."""
