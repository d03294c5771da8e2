#!/usr/bin/env bash
# Every check that needs no test: runs all of them, so that one finding does not hide the next, and fails if any did.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"

failed=()

check() {
  local title=$1
  shift
  echo "--- $title"
  "$@" || failed+=("$title")
}

# What a production would have. Nothing here connects: `check` and `makemigrations` look at the code.
in_production() {
  env DEBUG=0 DATABASE_URL=sqlite://:memory: SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    FIELD_KEY=ZGFzaGJvYXJkLWNoZWNrcy1kYXNoYm9hcmQtY2hlY2s= ALLOWED_HOSTS=dashboard.example.org \
    CSRF_TRUSTED_ORIGINS=https://dashboard.example.org SMSPVA_API_KEY= SMSPVA_API_KEY_FILE= "$@"
}

check "ruff: lint" ruff check .
check "ruff: format" ruff format --check .
check "mypy: types" mypy rentals smspva_dashboard tools
check "import-linter: shelves" lint-imports --no-cache --no-logo
check "djlint: templates" djlint templates --lint --quiet
check "templates under the CSP, locks without addresses" python -m tools.check_files
check "migrations are complete" in_production python manage.py makemigrations --check --dry-run
check "deployment settings" in_production python manage.py check --deploy --fail-level WARNING

if [ ${#failed[@]} -gt 0 ]; then
  printf 'FAILED: %s\n' "${failed[@]}"
  exit 1
fi
echo "All checks passed."
