"""What the audit says stays: the database refuses to change or delete it, whoever asks. And the team's one row."""

from django.db import migrations

WORDS = "the audit is not changed or deleted"
SQLITE = (
    f"CREATE TRIGGER audit_stays BEFORE UPDATE ON rentals_auditentry BEGIN SELECT RAISE(ABORT, '{WORDS}'); END;",
    f"CREATE TRIGGER audit_not_deleted BEFORE DELETE ON rentals_auditentry"
    f" BEGIN SELECT RAISE(ABORT, '{WORDS}'); END;",
)
DROP_SQLITE = ("DROP TRIGGER IF EXISTS audit_stays;", "DROP TRIGGER IF EXISTS audit_not_deleted;")
POSTGRES = (
    f"""
CREATE FUNCTION dashboard_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
""",
    """
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON rentals_auditentry FOR EACH ROW
EXECUTE FUNCTION dashboard_audit_stays();
""",
)
DROP_POSTGRES = (
    "DROP TRIGGER IF EXISTS audit_stays ON rentals_auditentry;",
    "DROP FUNCTION IF EXISTS dashboard_audit_stays();",
)


def guard(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRES)
    apps.get_model("rentals", "Team").objects.get_or_create(pk=1)


def unguard(apps, schema_editor):
    _run(schema_editor, DROP_SQLITE, DROP_POSTGRES)


def _run(schema_editor, sqlite, postgres):
    for statement in postgres if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("rentals", "0006_team")]
    operations = [migrations.RunPython(guard, unguard)]
