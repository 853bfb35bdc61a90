"""`python -m ui`: the command line from a checkout."""

import sys

from ui.cli import main

if __name__ == "__main__":
    sys.exit(main())
