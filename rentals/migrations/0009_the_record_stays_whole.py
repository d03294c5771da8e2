"""Of what has been settled also the reasons stay, what it was about, and the measuring; and no table of it is emptied.

PostgreSQL empties a table (TRUNCATE, which `manage.py flush` uses) without asking the triggers of its rows.
"""

from django.db import migrations

KEPT = (
    "key kind state failed_how person_id parameters shown quote recorded_at sent_at settled_at sent_by baseline"
    " balance_before balance_before_at reason vendor_message settled_how settled_by_id settled_note unknown_since"
    " evidence_at waits_for_person good_syncs"
).split()
KEPT_BEFORE = KEPT[:-2]
ONCE = ("charge", "balance_after", "order_id")
WORDS = "a settled operation is not changed or deleted: add a correction"
CUT = "what has been settled, corrected or noted is not emptied: make a new database"
SETTLED = "('succeeded', 'failed')"


def _changes(kept, differs, *more):
    return " OR ".join(
        [
            *(f"NEW.{name} {differs} OLD.{name}" for name in kept),
            *(f"(OLD.{name} IS NOT NULL AND NEW.{name} {differs} OLD.{name})" for name in ONCE),
            "(OLD.unmeasured AND NOT NEW.unmeasured)",
            *more,
        ]
    )


MEASURED_STAYS = "(NEW.unmeasured AND NOT OLD.unmeasured AND OLD.charge IS NOT NULL)"


def _sqlite_stays(kept, *more):
    return f"""
CREATE TRIGGER operation_settled_stays BEFORE UPDATE ON rentals_operation
WHEN OLD.state IN {SETTLED} AND ({_changes(kept, "IS NOT", *more)})
BEGIN SELECT RAISE(ABORT, '{WORDS}'); END;
"""


def _postgres_stays(kept, *more):
    return f"""
CREATE TRIGGER operation_settled_stays BEFORE UPDATE ON rentals_operation FOR EACH ROW
WHEN (OLD.state IN {SETTLED} AND ({_changes(kept, "IS DISTINCT FROM", *more)}))
EXECUTE FUNCTION dashboard_record_stays();
"""


OTHER_TARGET = "NEW.operation_id <> OLD.operation_id OR NEW.target <> OLD.target OR (NEW.held AND NOT OLD.held)"
OF_SETTLED = f"EXISTS (SELECT 1 FROM rentals_operation WHERE id = OLD.operation_id AND state IN {SETTLED})"
SQLITE = (
    "DROP TRIGGER operation_settled_stays;",
    _sqlite_stays(KEPT, MEASURED_STAYS),
    f"CREATE TRIGGER target_stays BEFORE UPDATE ON rentals_operationtarget WHEN ({OTHER_TARGET}) AND {OF_SETTLED}"
    f" BEGIN SELECT RAISE(ABORT, '{WORDS}'); END;",
    f"CREATE TRIGGER target_not_deleted BEFORE DELETE ON rentals_operationtarget WHEN {OF_SETTLED}"
    f" BEGIN SELECT RAISE(ABORT, '{WORDS}'); END;",
)
BACK_SQLITE = (
    "DROP TRIGGER target_not_deleted;",
    "DROP TRIGGER target_stays;",
    "DROP TRIGGER operation_settled_stays;",
    _sqlite_stays(KEPT_BEFORE),
)
CUT_TABLES = ("rentals_operation", "rentals_correction", "rentals_auditentry")
POSTGRES = (
    "DROP TRIGGER operation_settled_stays ON rentals_operation;",
    _postgres_stays(KEPT, MEASURED_STAYS),
    f"""
CREATE FUNCTION dashboard_target_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {OF_SETTLED} THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
""",
    f"""
CREATE TRIGGER target_stays BEFORE UPDATE ON rentals_operationtarget FOR EACH ROW
WHEN ({OTHER_TARGET}) EXECUTE FUNCTION dashboard_target_stays();
""",
    """
CREATE TRIGGER target_not_deleted BEFORE DELETE ON rentals_operationtarget FOR EACH ROW
EXECUTE FUNCTION dashboard_target_stays();
""",
    f"""
CREATE FUNCTION dashboard_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM rentals_operation WHERE state IN {SETTLED})
     OR EXISTS (SELECT 1 FROM rentals_correction) OR EXISTS (SELECT 1 FROM rentals_auditentry)
  THEN RAISE EXCEPTION '{CUT}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN NULL;
END $$;
""",
    *(
        f"CREATE TRIGGER record_not_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION dashboard_not_emptied();"
        for table in CUT_TABLES
    ),
)
BACK_POSTGRES = (
    *(f"DROP TRIGGER record_not_emptied ON {table};" for table in CUT_TABLES),
    "DROP FUNCTION dashboard_not_emptied();",
    "DROP TRIGGER target_not_deleted ON rentals_operationtarget;",
    "DROP TRIGGER target_stays ON rentals_operationtarget;",
    "DROP FUNCTION dashboard_target_stays();",
    "DROP TRIGGER operation_settled_stays ON rentals_operation;",
    _postgres_stays(KEPT_BEFORE),
)


def guard(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRES)


def unguard(apps, schema_editor):
    _run(schema_editor, BACK_SQLITE, BACK_POSTGRES)


def _run(schema_editor, sqlite, postgres):
    for statement in postgres if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("rentals", "0008_every_session_is_listed")]
    operations = [migrations.RunPython(guard, unguard)]
