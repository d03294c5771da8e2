"""What has been settled stays: the database itself refuses to change or delete it, whoever asks.

Allowed afterwards: what the next balance tells of the charge (once), and the order that it turns out to have made.
"""

from django.db import migrations

KEPT = (
    "key kind state failed_how person_id parameters shown quote recorded_at sent_at settled_at sent_by baseline"
    " balance_before balance_before_at reason vendor_message settled_how settled_by_id settled_note unknown_since"
    " evidence_at"
).split()
ONCE = ("charge", "balance_after", "order_id")
WORDS = "a settled operation is not changed or deleted: add a correction"
FINAL = "OLD.state IN ('succeeded', 'failed')"

SQLITE = f"""
CREATE TRIGGER operation_settled_stays BEFORE UPDATE ON rentals_operation
WHEN {FINAL} AND ({' OR '.join(f'NEW.{name} IS NOT OLD.{name}' for name in KEPT)}
  OR {' OR '.join(f'(OLD.{name} IS NOT NULL AND NEW.{name} IS NOT OLD.{name})' for name in ONCE)}
  OR (OLD.unmeasured AND NOT NEW.unmeasured))
BEGIN SELECT RAISE(ABORT, '{WORDS}'); END;
CREATE TRIGGER operation_settled_not_deleted BEFORE DELETE ON rentals_operation WHEN {FINAL}
BEGIN SELECT RAISE(ABORT, '{WORDS}'); END;
CREATE TRIGGER correction_stays BEFORE UPDATE ON rentals_correction BEGIN SELECT RAISE(ABORT, '{WORDS}'); END;
CREATE TRIGGER correction_not_deleted BEFORE DELETE ON rentals_correction BEGIN SELECT RAISE(ABORT, '{WORDS}'); END;
"""
DROP_SQLITE = "".join(
    f"DROP TRIGGER IF EXISTS {name};"
    for name in (
        "operation_settled_stays",
        "operation_settled_not_deleted",
        "correction_stays",
        "correction_not_deleted",
    )
)
# A JSON column has no operator for "the same" in PostgreSQL before it is cast; jsonb has.
POSTGRES = f"""
CREATE FUNCTION dashboard_record_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER operation_settled_stays BEFORE UPDATE ON rentals_operation FOR EACH ROW
WHEN ({FINAL} AND ({' OR '.join(f'NEW.{name} IS DISTINCT FROM OLD.{name}' for name in KEPT)}
  OR {' OR '.join(f'(OLD.{name} IS NOT NULL AND NEW.{name} IS DISTINCT FROM OLD.{name})' for name in ONCE)}
  OR (OLD.unmeasured AND NOT NEW.unmeasured)))
EXECUTE FUNCTION dashboard_record_stays();
CREATE TRIGGER operation_settled_not_deleted BEFORE DELETE ON rentals_operation FOR EACH ROW
WHEN ({FINAL}) EXECUTE FUNCTION dashboard_record_stays();
CREATE TRIGGER correction_stays BEFORE UPDATE OR DELETE ON rentals_correction FOR EACH ROW
EXECUTE FUNCTION dashboard_record_stays();
"""
DROP_POSTGRES = """
DROP TRIGGER IF EXISTS operation_settled_stays ON rentals_operation;
DROP TRIGGER IF EXISTS operation_settled_not_deleted ON rentals_operation;
DROP TRIGGER IF EXISTS correction_stays ON rentals_correction;
DROP FUNCTION IF EXISTS dashboard_record_stays();
"""


def guard(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRES)


def unguard(apps, schema_editor):
    _run(schema_editor, DROP_SQLITE, DROP_POSTGRES)


def _run(schema_editor, sqlite, postgres):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(postgres, params=None)
        return
    with schema_editor.connection.cursor() as cursor:
        for statement in _statements(sqlite):
            cursor.execute(statement)


def _statements(script):
    """SQLite's driver takes one statement at a time; a trigger holds semicolons of its own."""
    statement = ""
    for part in script.split(";"):
        statement += part + ";"
        if "CREATE TRIGGER" not in statement or statement.rstrip().endswith("END;"):
            if statement.strip(" ;\n"):
                yield statement
            statement = ""


class Migration(migrations.Migration):
    dependencies = [("rentals", "0004_corrections")]
    operations = [migrations.RunPython(guard, unguard)]
