"""A local stand-in for the vendor's rent API: stateful, over HTTP, nothing but the standard library."""

from .server import SandboxServer

__all__ = ["SandboxServer"]
