"""The canary: nothing that can fail, be printed or be logged holds the API key."""

from __future__ import annotations

import datetime
import http.client
import ipaddress
import logging.config
import pickle
import ssl
from dataclasses import asdict
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.views.debug import ExceptionReporter

from rentals.upstream import OutcomeUnknown, Reason, UpstreamConfig, UpstreamError, config_from_settings
from rentals.upstream.reading import Reader
from rentals.upstream.secrets import Secret
from rentals.upstream.spending import Spender


def test_no_failure_tells_the_key(failure, told, leaks, everything_logged):
    with pytest.raises(UpstreamError) as caught:
        Spender(failure[1]).create(country="RU", service="opt6", dtype="week", dcount=1)
    page = ExceptionReporter(None, caught.type, caught.value, caught.tb)
    assert not leaks(told(caught.value))
    assert not leaks(everything_logged.text)
    assert not leaks(page.get_traceback_text() + page.get_traceback_html())


def test_no_failed_balance_tells_the_key(failure, told, leaks, everything_logged):
    with pytest.raises(UpstreamError) as caught:
        Reader(failure[1]).balance()
    assert not leaks(told(caught.value) + everything_logged.text)


def test_a_good_call_logs_nothing_of_the_key_nor_of_the_order(vendor, reader, leaks, everything_logged):
    vendor.says({"status": 1, "data": []})
    reader.sms("40370")
    assert leaks(vendor.last_query())
    assert not leaks(everything_logged.text)
    assert "40370" not in everything_logged.text


def test_a_logging_configuration_cannot_bring_the_urls_back(vendor, reader, caplog):
    console = {"class": "logging.StreamHandler"}
    loud = {"level": "DEBUG", "handlers": ["console"], "propagate": True, "filters": []}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"console": console},
            "loggers": {"urllib3.connectionpool": loud},
        }
    )
    vendor.says({"status": 1, "data": []})
    with caplog.at_level(logging.DEBUG):
        reader.sms("40370")
    assert "40370" not in caplog.text
    logging.getLogger("urllib3.connectionpool").handlers.clear()


def test_the_debug_print_of_http_client_is_off(vendor, reader, leaks, monkeypatch, capsys):
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 2)
    vendor.says({"status": 1, "data": []})
    reader.orders()
    assert not leaks(capsys.readouterr().out)


def test_a_configuration_never_shows_its_key(vendor, leaks):
    config = vendor.config()
    shown = [
        repr(config),
        str(vars(config)),
        str(asdict(config)),
        f"{config.api_key}",
        repr(Reader(config).__dict__),
    ]
    assert not any(leaks(text) for text in shown)


def test_a_key_is_not_pickled(vendor):
    with pytest.raises(TypeError):
        pickle.dumps(vendor.config())


@pytest.mark.parametrize("bad", ["two words", "line\nbreak", "ключ", "nul\x00"])
def test_a_key_that_cannot_travel_is_refused_without_being_told(bad):
    with pytest.raises(ValueError) as caught:
        Secret(bad)
    assert bad not in str(caught.value)


@pytest.mark.parametrize("key", ["plain", "a&b=c", "50%+/?#"])
def test_a_key_is_scrubbed_in_both_spellings(key):
    plain = f"you asked x?apikey={key}"
    assert Secret(key).scrub(plain) == "you asked x?apikey=•••"
    assert key not in Secret(key).scrub(plain.replace(key, quote(key, safe="")))


def test_a_key_with_marks_of_its_own_arrives_whole(vendor):
    config = vendor.config()
    vendor.says({"status": 1, "data": []})
    Reader(UpstreamConfig(config.api_url, config.balance_url, "a&b=c#d")).orders()
    assert vendor.last_query() == "/api/rent.php?method=orders&apikey=a%26b%3Dc%23d"


def test_the_balance_key_travels_in_a_header_only(vendor, reader, leaks):
    vendor.says({"statusCode": 200, "data": {"balance": "1"}})
    reader.balance()
    assert not leaks(vendor.last_query())
    assert leaks(vendor.requests[-1])


def test_the_list_of_countries_is_asked_without_the_key(vendor, reader, leaks):
    vendor.says({"status": 1, "data": []})
    reader.countries()
    assert not leaks(vendor.requests[-1])


def test_the_settings_make_a_configuration(settings):
    settings.SMSPVA_API_URL = "https://vendor.example/api/rent.php"
    settings.SMSPVA_BALANCE_URL = "https://vendor.example/balance"
    settings.SMSPVA_API_KEY = " padded-key\n"
    config = config_from_settings()
    assert (config.api_url, config.longest_call) == ("https://vendor.example/api/rent.php", 20.0)
    assert config.key == Secret("padded-key")


def test_a_key_written_in_whatever_way_is_masked(vendor, leaks):
    config = vendor.config()
    assert leaks(config.key.reveal())
    for text in (str(config.key), repr(config.key), f"{config.key}", f"{config.key:>40}"):
        assert "•••" in text
        assert not leaks(text)


def test_secrets_of_one_key_are_one():
    same, other = Secret("one"), Secret("two")
    assert {same, Secret("one"), other} == {same, other}
    assert same != "one"


@pytest.mark.parametrize(
    "url", ["", "vendor.example", "ftp://vendor.example", "http://", "https://a:b@vendor.example"]
)
def test_a_wrong_address_is_refused_by_name(url):
    with pytest.raises(ValueError, match="balance_url"):
        UpstreamConfig("https://vendor.example", url, "k")


@pytest.fixture(scope="session")
def own_certificate(tmp_path_factory):
    """A server context whose certificate for 127.0.0.1 nobody has signed."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    certificate = builder.add_extension(address, critical=True).sign(key, hashes.SHA256())
    kind, raw = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path = tmp_path_factory.mktemp("tls") / "own.pem"
    secret = key.private_bytes(kind, raw, serialization.NoEncryption())
    path.write_bytes(secret + certificate.public_bytes(kind))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_a_certificate_that_nobody_signed_gets_no_key(vendor, own_certificate, leaks):
    vendor.tls = own_certificate
    with pytest.raises(OutcomeUnknown) as caught:
        Reader(vendor.config("https", deadline=3, read_timeout=3)).orders()
    assert caught.value.reason is Reason.TLS_FAILURE
    assert vendor.requests == []
