"""Sessions from before they were listed end: "cerrar las demás sesiones" could not see them."""

from django.db import migrations


def end_unlisted(apps, schema_editor):
    listed = apps.get_model("usersessions", "UserSession").objects.values("session_key")
    apps.get_model("sessions", "Session").objects.exclude(session_key__in=listed).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("rentals", "0007_the_audit_stays"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]

    operations = [migrations.RunPython(end_unlisted, migrations.RunPython.noop)]
