"""Builds the Dockerfile and runs its image without a Docker engine: buildah, on a base made by debootstrap.

The machine's own way to packages (pip's settings and the local paths named in them) is lent to the build for its
time; nothing of it stays in the image.
"""

from __future__ import annotations

import ast
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = Path(os.environ.get("DASHBOARD_BASE_CACHE") or Path(tempfile.gettempdir()) / "dashboard-base")
BASE, IMAGE = "localhost/dashboard-base", "localhost/smspva-dashboard"


class Buildah:
    """buildah with its storage in a folder of its own, so that the machine's images stay as they are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        storage = [
            "--storage-driver",
            "vfs",
            "--root",
            str(folder / "root"),
            "--runroot",
            str(folder / "run"),
        ]
        self.command = ["buildah", *storage]

    def __call__(self, *arguments: str | Path) -> str:
        """Returns what it printed; a failure raises AssertionError with the end of what it said."""
        return output(*self.command, *arguments, env={**os.environ, "BUILDAH_ISOLATION": "chroot"})

    def make_base(self) -> None:
        """A Debian with python3 and nothing else, as a local image; the root file system is kept between runs."""
        container = self("from", "scratch")
        self("copy", "--quiet", container, base_rootfs(), "/")
        self("commit", "--quiet", "--rm", container, BASE)

    def build(self) -> None:
        lent = lent_to_the_build(self.folder)
        # The other image format, OCI, has no HEALTHCHECK.
        options = ("--format", "docker", "--pull-never", "--quiet", "--build-arg", f"BASE={BASE}")
        self("bud", *options, *lent, "-t", IMAGE, ROOT)

    def start_container(self) -> str:
        return self("from", "--pull-never", IMAGE)

    def inside(self, container: str, *command: str) -> str:
        """Runs a command in the container, as the image's user and with the image's environment."""
        hosts = ("--env", "ALLOWED_HOSTS=numbers.example.org")
        return self("run", *hosts, container, "--", *command)

    def image_settings(self) -> dict[str, object]:
        """The image's User, Cmd, Healthcheck, Env…"""
        found: dict[str, object] = json.loads(self("inspect", "--type", "image", IMAGE))["Docker"]["config"]
        return found


def output(*command: str | Path, env: dict[str, str] | None = None) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(words, check=False, text=True, capture_output=True, env=env)
    assert done.returncode == 0, f"{shlex.join(words)}\n{(done.stdout + done.stderr)[-3000:]}"
    return done.stdout.strip()


def base_rootfs() -> Path:
    rootfs = CACHE / "rootfs"
    if not rootfs.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=CACHE))
        include = "--include=python3,python3-venv,ca-certificates"
        output("debootstrap", "--variant=minbase", include, "bookworm", fresh)
        fresh.chmod(0o755)
        fresh.rename(rootfs)  # whole or not at all: an interrupted run leaves no half of a Debian behind
    return rootfs


def pip_settings() -> dict[str, str]:
    """What `pip config list` says, of files and environment alike."""
    lines = output(sys.executable, "-m", "pip", "config", "list").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line)
    found = {
        name.removeprefix("global.").removeprefix(":env:."): ast.literal_eval(value) for name, value in pairs
    }
    return {name: value for name, value in found.items() if "." not in name}


def lent_to_the_build(folder: Path) -> list[str]:
    """Volumes that give the build this machine's pip settings and the local paths named in them."""
    settings = pip_settings()
    config = folder / "pip.conf"
    config.write_text("[global]\n" + "".join(f"{name} = {value}\n" for name, value in settings.items()))
    words = " ".join(settings.values()).replace("file://", " ").split()
    paths = {_with_its_files(Path(word)) for word in words if word.startswith("/") and Path(word).exists()}
    mounts = [f"{config}:/etc/pip.conf:ro", *(f"{path}:{path}:ro" for path in sorted(paths))]
    return [part for mount in mounts for part in ("--volume", mount)]


def _with_its_files(path: Path) -> Path:
    """The pages of a local index point beside themselves, so the folder around it is lent."""
    return path.parent if path.is_dir() and path.name == "simple" else path


def missing() -> str:
    """Why an image cannot be built here, or nothing."""
    tools = [name for name in ("buildah", "debootstrap") if not shutil.which(name)]
    if tools:
        return f"needs {' and '.join(tools)}"
    return "" if os.geteuid() == 0 else "debootstrap needs root"
