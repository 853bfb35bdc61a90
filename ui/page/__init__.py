"""The page in the browser: a file for each part of it, its looks, and the server that shows it."""
