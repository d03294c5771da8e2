#!/usr/bin/env python
"""Django's command line. `manage.py worker` is the only command that is given the vendor's API key."""

import os
import sys

# A module run as a server (granian, gunicorn) or any other command is not the worker and never reads the key.
if len(sys.argv) > 1 and sys.argv[1] == "worker":
    os.environ["DASHBOARD_ROLE"] = "worker"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smspva_dashboard.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
