"""The cache table of the embedded default, and the rows of which there is always exactly one."""

from django.core.management import call_command
from django.db import migrations


def make(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)
    lease, _ = apps.get_model("rentals", "Lease").objects.get_or_create(pk=1)
    feed, _ = apps.get_model("rentals", "Feed").objects.get_or_create(name="orders")
    apps.get_model("rentals", "Mirror").objects.get_or_create(
        pk=1, defaults={"lease": lease, "orders_feed": feed}
    )


class Migration(migrations.Migration):
    dependencies = [("rentals", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
