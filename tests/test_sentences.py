"""Every kind of entry has its sentence, also where an entry lacks what it would like to say."""

import pytest
from django.utils import timezone

from rentals.models import AuditEntry, Number, Person
from rentals.models.audit import AuditKind
from rentals.models.people import Role
from rentals.views.sentences import SENTENCES, sentence

ADELA, ANA = (
    Person(pk=pk, username=name.lower(), first_name=name) for pk, name in ((1, "Adela"), (2, "Ana"))
)
PHONE = Number(e164="+34600112233")


def told(kind, **more):
    return sentence(AuditEntry(kind=kind, at=timezone.now(), **more))


def test_every_kind_has_one():
    assert set(SENTENCES) == set(AuditKind)


@pytest.mark.parametrize("kind", AuditKind.values)
@pytest.mark.parametrize("detail", [{}, [], {"was": 7, "now": None, "removed": 3, "rows": "x", "name": None}])
def test_one_that_lacks_everything_fails_nowhere(kind, detail):
    assert len(told(kind, detail=detail)) > 5


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        ("sign_in", {"detail": {"method": "password"}}, "Adela (adela) entró con su contraseña"),
        ("sign_in", {"detail": {"method": "contraseña + código"}}, "Adela (adela) entró (contraseña + código)"),
        ("sign_in", {"detail": {"method": "?"}}, "Adela (adela) entró"),
        ("sign_in_failed", {"person": None, "detail": {"name": "ana"}}, "Intento fallido de entrar como «ana»"),
        ("sign_in_failed", {"person": None, "detail": {"name": "ana", "where": "again", "method": "contraseña"}},
         "Contraseña equivocada de «ana» con la sesión abierta"),
        ("sign_in_failed", {"person": None, "detail": {"name": "ana", "where": "again", "method": "código"}},
         "Confirmación fallida de «ana» con la sesión abierta"),
        (
            "role_changed",
            {"about": ANA, "detail": {"was": Role.OBSERVER, "now": Role.OPERATOR}},
            "Adela (adela) cambió el rol de Ana (ana): Observador → Operador",
        ),
        ("deactivated", {"about": ANA}, "Adela (adela) desactivó a Ana (ana)"),
        (
            "limits_changed",
            {"about": ANA, "detail": {"was": {"day": "", "month": ""}, "now": {"day": "5.00", "month": ""}}},
            "Adela (adela) cambió los límites de Ana (ana): sin límite al día, sin límite al mes → "
            "5,00 USD al día, sin límite al mes",
        ),
        ("invited", {"detail": {"name": "Berta", "role": "operator"}}, "Adela (adela) invitó a Berta (Operador)"),
        ("invited", {"about": ANA, "detail": {"role": "operator"}},
         "Adela (adela) creó un enlace de acceso nuevo para Ana (ana)"),
        (
            "security_changed",
            {"detail": {"was": {"mfa_roles": [], "confirm_above": None},
                        "now": {"mfa_roles": ["administrator"], "confirm_above": "50.00"}}},
            "Adela (adela) cambió la seguridad del equipo: 2FA: nadie; sin pedir contraseña → "
            "2FA: Administrador; contraseña por encima de 50,00 USD",
        ),
        ("mfa_reset", {"about": ANA, "detail": {"removed": ["totp"]}},
         "Adela (adela) quitó el segundo factor de Ana (ana): aplicación de códigos"),
        ("taken", {"number": PHONE}, "Adela (adela) tomó +34 600 11 22 33"),
        ("released", {"number": PHONE, "about": ADELA}, "Adela (adela) soltó +34 600 11 22 33"),
        ("released", {"number": PHONE, "about": ANA}, "Adela (adela) soltó +34 600 11 22 33, que usaba Ana (ana)"),
        ("labelled", {"number": PHONE, "detail": {"label_was": "", "label_is": "Tienda"}},
         "Adela (adela) cambió la etiqueta de +34 600 11 22 33: — → Tienda"),
        ("labelled", {"number": PHONE, "detail": {"label_was": "x", "label_is": "x"}},
         "Adela (adela) cambió la etiqueta o la nota de +34 600 11 22 33"),
        ("panel_opened", {"number": PHONE, "about": ANA},
         "Adela (adela) abrió los SMS de +34 600 11 22 33, que usa Ana (ana)"),
        ("panel_opened", {"number": PHONE, "about": ANA, "detail": {"opened": "before"}},
         "Adela (adela) tenía abiertos los SMS de +34 600 11 22 33 cuando empezó a usarlo Ana (ana)"),
        ("exported", {"detail": {"what": "audit", "format": "csv", "rows": 3}},
         "Adela (adela) descargó la auditoría (CSV, 3 filas)"),
    ],
)  # fmt: skip
def test_a_sentence_says_who_did_what_to_whom(kind, more, words):
    assert told(kind, **{"person": ADELA, **more}) == words


def test_an_amount_is_written_with_two_decimals_however_the_entry_holds_it():
    was, now = {"day": "10", "month": "1000.5"}, {"day": "10.00", "month": "junk"}
    assert told("team_limits_changed", person=ADELA, detail={"was": was, "now": now}).endswith(
        ": 10,00 USD al día, 1000,50 USD al mes → 10,00 USD al día, junk USD al mes"
    )
    security = {"was": {"confirm_above": "10"}, "now": {"confirm_above": "0"}}
    words = told("security_changed", person=ADELA, detail=security)
    assert "por encima de 10,00 USD → " in words
    assert words.endswith("por encima de 0,00 USD")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Adela", "Adela (ana) salió"),
        ("adela", "adela (ana) salió"),
        ("Adela (adela)", "Adela (adela) (ana) salió"),
        ("ana", "ana salió"),
        ("", "ana salió"),
        ("\u202eAdela\u2067", "Adela (ana) salió"),
    ],
)
def test_nobody_appears_as_somebody_else_by_calling_themselves_so(name, words):
    assert told("sign_out", person=Person(pk=2, username="ana", first_name=name)) == words
