"""`python -m gen` is the command `gen`."""

import sys

from gen.cli import main

sys.exit(main())
