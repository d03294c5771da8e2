"""Every address of the dashboard, each under the name of its view."""

from __future__ import annotations

from django.urls import path

from rentals.views import (
    archive,
    catalogue,
    confirm,
    holding,
    journal,
    numbers,
    operations,
    orders,
    people,
    rent,
    status,
    welcome,
)

urlpatterns = [
    path("", rent.page, name="rent.page"),
    path("rent/", rent.start, name="rent.start"),
    path("rent/confirm/<str:token>/", confirm.confirm, name="rent.confirm"),
    path("operations/confirm/<str:token>/", confirm.confirm, name="operations.confirm"),
    path("catalogue/prices/", catalogue.prices, name="catalogue.prices"),
    path("orders/table/", orders.table, name="orders.table"),
    path("orders/<slug:vendor_id>/row/", orders.row, name="orders.row"),
    path("orders/<slug:vendor_id>/activate/", orders.activate, name="orders.activate"),
    path("orders/<slug:vendor_id>/more/", orders.more, name="orders.more"),
    path("orders/<slug:vendor_id>/sms/", orders.sms, name="orders.sms"),
    path("orders/<slug:vendor_id>/sms/refresh/", orders.sms_refresh, name="orders.sms_refresh"),
    path("orders/<slug:vendor_id>/prolong/", holding.prolong, name="orders.prolong"),
    path("orders/<slug:vendor_id>/service/", holding.add_service, name="orders.add_service"),
    path("orders/<slug:vendor_id>/delete/", holding.delete, name="orders.delete"),
    path("numbers/<int:pk>/take/", numbers.take, name="numbers.take"),
    path("numbers/<int:pk>/release/", numbers.release, name="numbers.release"),
    path("numbers/<int:pk>/label/", numbers.label, name="numbers.label"),
    path("archive/", archive.page, name="archive.page"),
    path("archive/<slug:vendor_id>/restore/", archive.restore, name="archive.restore"),
    path("operations/", journal.page, name="operations.journal"),
    path("operations/export.<str:kind>", journal.export, name="operations.export"),
    path("operations/<uuid:key>/", operations.follow, name="operations.follow"),
    path("operations/<uuid:key>/decide/", operations.decide, name="operations.decide"),
    path("operations/<uuid:key>/correct/", operations.correct, name="operations.correct"),
    # allauth looks for its own names.
    path("accounts/login/", people.login, name="account_login"),
    path("accounts/logout/", people.logout, name="account_logout"),
    path("accounts/welcome/<str:secret>/", welcome.welcome, name="people.welcome"),
    path("theme/", people.theme, name="people.theme"),
    path("healthz", status.healthz, name="status.healthz"),
    path("readyz", status.readyz, name="status.readyz"),
    path("metrics", status.metrics, name="status.metrics"),
]
