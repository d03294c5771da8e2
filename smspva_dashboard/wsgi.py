"""The web process: any WSGI server may run it. It holds no API key and opens no connection to the vendor."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smspva_dashboard.settings")
application = get_wsgi_application()
