"""The frozen program ``fitcheck``."""

import sys

from fitcheck.__main__ import main

sys.exit(main())
