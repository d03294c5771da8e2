"""The root of all addresses, and the pages for what goes wrong."""

from django.urls import include, path

urlpatterns = [path("", include("rentals.urls"))]

handler400 = "rentals.views.errors.bad_request"
handler403 = "rentals.views.errors.forbidden"
handler404 = "rentals.views.errors.not_found"
handler500 = "rentals.views.errors.server_error"
handler429 = "rentals.views.errors.too_many"
