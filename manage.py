#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.umask(0o077)  # what a command writes holds people's data: for its owner alone
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatapp.settings")
    execute_from_command_line(sys.argv)
