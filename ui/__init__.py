"""The two faces of citewire: the command line and the page."""
