"""`python -m ruststack` is the command `ruststack`."""

import sys

from ruststack.cli import main

if __name__ == "__main__":
    sys.exit(main())
