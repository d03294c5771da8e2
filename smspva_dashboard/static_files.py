"""Static files with hashed names, compressed once, cached for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """Before `collectstatic` the plain name: a page without its style sheet is better than no page."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
