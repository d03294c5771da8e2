"""Where to listen: is the port free, which names lead to it, does the page answer there."""

from __future__ import annotations

import errno
import http.client
import socket

from smspva_dashboard.environment import Misconfigured

_HERE = ("localhost", "127.0.0.1", "::1")
_EVERYWHERE = ("0.0.0.0", "::")


def parse_port(value: str) -> int:
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise Misconfigured("PORT", "must be a number from 1 to 65535")
    return int(value)


def check_free(host: str, port: int) -> None:
    """Ends the start with one line that names the variable when the page cannot listen there."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        _bind_once(family, address)
    except (socket.gaierror, UnicodeError):
        raise Misconfigured("HOST", f"{host} is not an address of this machine") from None
    except OSError as problem:
        raise _explained(host, port, problem) from None


def _explained(host: str, port: int, problem: OSError) -> Misconfigured:
    if problem.errno == errno.EADDRINUSE:
        remedy = f"make run PORT={port + 1 if port < 65535 else 8080}"
        return Misconfigured(
            "PORT", f"{port} is in use; stop what listens there, or choose another: {remedy}"
        )
    if problem.errno in (errno.EACCES, errno.EPERM):
        return Misconfigured("PORT", f"{port} may not be used by this account; choose one from 1024 up")
    return Misconfigured("HOST", f"cannot listen on {host} ({problem.strerror})")


def first_free_loopback(preferred: int) -> int:
    """The preferred port, or any other that is free on 127.0.0.1."""
    try:
        return _bind_once(socket.AF_INET, ("127.0.0.1", preferred))
    except OSError:
        return _bind_once(socket.AF_INET, ("127.0.0.1", 0))


def _bind_once(family: int, address: tuple[object, ...]) -> int:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: a connection that has just ended does not keep the port busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        return int(probe.getsockname()[1])


def public_name(host: str) -> str:
    """What a person on this machine types: `localhost`, unless the page listens on one other address only."""
    if host in _HERE + _EVERYWHERE:
        return "localhost"
    return f"[{host}]" if ":" in host else host


def allowed_hosts(host: str) -> list[str]:
    """The names under which people may ask for the page when ALLOWED_HOSTS does not say."""
    names = ["localhost", "127.0.0.1", "[::1]"]
    if host in _EVERYWHERE:
        names += [socket.gethostname(), socket.getfqdn(), *_own_addresses()]
    elif host not in _HERE:
        names.append(f"[{host}]" if ":" in host else host)
    return list(dict.fromkeys(names))


def _own_addresses() -> list[str]:
    """The address that this machine uses towards others. Connecting a datagram socket sends nothing."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
            return [str(probe.getsockname()[0])]
    except OSError:
        return []


def answers(host: str, port: int, path: str) -> int:
    """The status of a GET, or 0 when nobody answers."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    connection = http.client.HTTPConnection(target, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": f"{public_name(host)}:{port}"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
