"""Compiles the catalogues, without the settings and their secrets: part of setting the app up."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from chatapp.translation.catalogues import compile_all

compile_all()
