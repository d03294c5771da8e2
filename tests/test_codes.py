import json
import re
import time
from pathlib import Path
from random import Random

import pytest

import rentals.sandbox
from rentals.codes import find
from rentals.sandbox.messages import fill

SAMPLES = json.loads((Path(rentals.sandbox.__file__).parent / "data" / "messages.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        ("Code Instagram: 671 094.", "671094"),
        ("Tu código de WhatsApp es 671-094. No lo compartas.", "671094"),
        ("G-482913 is your Google verification code.", "482913"),
        ("Telegram code: 48213", "48213"),
        ("Ваш код подтверждения: 7710. Никому не сообщайте", "7710"),
        ("رمز التحقق الخاص بك هو 493021", "493021"),
        ("Your Wise code is A7X9K2", "A7X9K2"),
        ("<#> Your code is 123-456 fAsDq1w2e3r", "123456"),
        ("4821", "4821"),
        ("Use 9921 as your PIN. Questions? Call +1 800 555 0100", "9921"),
        ("Su clave es 20251. Vence el 23/11/2026 a las 18:04", "20251"),
        ("Código 2026 para entrar", "2026"),
        ("Your code: 123456. Valid for 10 minutes, do not share it with anyone at 900123456", "123456"),
        ("验证码 583920,请勿泄露", "583920"),
        ("【微信】您的验证码是583920,请勿泄露。", "583920"),
        ("認証コードは482913です。", "482913"),
        ("[Web발신] 인증번호는 482913입니다.", "482913"),
        ("קוד האימות שלך הוא 123-456", "123456"),
        ("رمز التحقق: \u202a٤٩٣٠٢١\u202c", "493021"),
        ("کد تایید شما: 58213", "58213"),
        ("Votre code de vérification est 482 913.", "482913"),
        ("Dein Bestätigungscode lautet: 482913", "482913"),
        ("Twój kod to: 4821", "4821"),
        ("Seu código é 48-2913? Não: 482913", "482913"),
        ("Codul tău este 482913.", "482913"),
        ("Mã xác minh của bạn là 482913", "482913"),
        ("Ο κωδικός σας είναι 482913", "482913"),
        ("Doğrulama kodunuz: 482913", "482913"),
        ("Your code:482913", "482913"),
        ("482913: your login code", "482913"),
        ("Pago de $4500 aprobado. Clave: 882211", "882211"),
        ("Compra de 4500 USD. Su código es 882211", "882211"),
        ("Saldo 1500. Código: 882211. Vence en 5 min", "882211"),
        ("Code 482913 for the account ending in 1234", "482913"),
        ("Ihr Code: 671\u2011094", "671094"),
        ("Votre code : 671\u202f094", "671094"),
        ("Backup code 1234 5678", "12345678"),
        ("Your one-time code is 4 8 2 9 1 3", "482913"),
        ("[482913] код входа", "482913"),
        ("*4821* es tu PIN", "4821"),
        ("🔐 4821 🔐 código", "4821"),
        ("Steam: your code is 7K2XD", "7K2XD"),
        ("Código 671 094. Llame al 612 345 678 si no lo pidió.", "671094"),
        ("<b>482913</b> is your code", "482913"),
    ],
)
def test_the_code_of_a_message_is_found(text, copied):
    code = find(text)
    assert code is not None
    assert code.copied == copied
    assert text[code.start : code.end] == code.shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hola, ¿cómo estás?",
        "Your order ships on 12/03/2026.",
        "Nos vemos en 2026",
        "Total 12.50 USD",
        "Call +34 612 34 56 78 or +34 699 11 22 33",
        "https://example.org/c/482913",
        "Llame al 612 345 678",
        "Su código promocional está en camino",
        "Ha pagado $4500 en Comercio",
        "Recarga de 5000 COP aprobada",
        "Tarjeta 1234 5678 9012 3456",
        "Promoción IPHONE15 disponible",
        "Le llamaremos de 09:30 a 10:45",
        "🎉🎉🎉",
    ],
)
def test_a_message_without_a_code_offers_none(text):
    assert find(text) is None


@pytest.mark.parametrize(
    "text", ["A1" * 50_000, "1 " * 50_000, "code " * 5_000 + "12", "12-" * 50_000, "\u202a" * 50_000]
)
def test_a_very_long_message_is_read_quickly(text):
    started = time.monotonic()
    find(text)
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["text"][:24])
def test_every_message_of_the_sandbox_gives_its_code(sample):
    text = fill(sample["text"].replace("{service}", "Telegram"), Random("seed"))
    code = find(text)
    assert code is not None
    placed = re.search(r"\{(A?\d)(?:[ -]\d)?\}", sample["text"])
    assert placed is not None
    assert code.start == sample["text"].replace("{service}", "Telegram").index(placed.group()) - (
        2 if "G-{" in sample["text"] else 0
    )
