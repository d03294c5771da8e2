from importlib import import_module

from django.apps import AppConfig


class RentalsConfig(AppConfig):
    name = "rentals"
    verbose_name = "Alquiler de números"

    def ready(self) -> None:
        import_module("rentals.signals")
