"""Restoring from the archive: the quote, the success and each documented refusal."""

from decimal import Decimal

DAY = 86_400


def ended(box, days_ago=10, service="opt29"):
    """An order that expired so many days ago."""
    key = box.create("UK", service)
    box.advance(days=7 + days_ago - 0.01)
    return key


def full_price(box, service="opt29", dtype="week"):
    rows = box.data("getdata", country="UK", dtype=dtype, dcount=1)["services"]
    return next(Decimal(str(row["price_day"])) for row in rows if row["service"] == service)


def test_the_quote_is_the_overdue_days_at_full_price_and_thirty_days_in_advance(box):
    key = ended(box, days_ago=10)
    quote = box.data("restore_user_precalc", id=key)
    expected = full_price(box) * 10 + full_price(box, dtype="month") * 30
    assert Decimal(str(quote["price"])) == expected
    assert (quote["ccode"], quote["outdays"], quote["prolongTo"]) == ("UK", 10, 30)


def test_a_restored_number_is_the_same_under_a_new_id_for_thirty_days(box):
    key = ended(box)
    number = box.data("get_rent_history")[0]["number"]
    price = Decimal(str(box.data("restore_user_precalc", id=key)["price"]))
    before = Decimal(box.balance())
    fresh = box.data("restore_user", id=key)["id"]
    row = next(row for row in box.state()["orders"] if row["id"] == fresh)
    assert (fresh != key, row["number"]) == (True, f"+{number}")
    assert row["until"] - row["begin"] == 30 * DAY
    assert before - Decimal(box.balance()) == price


def test_an_order_deleted_before_its_end_has_no_overdue_days(box):
    key = box.create("UK")
    box.data("delete", id=key)
    assert box.data("restore_user_precalc", id=key)["outdays"] == 0


def test_what_has_not_expired_is_datediffinvert(box):
    key = box.create("UK")
    assert box.refusal("restore_user_precalc", id=key) == "DATEDIFFINVERT"
    assert box.refusal("restore_user", id=key) == "DATEDIFFINVERT"


def test_what_is_restored_already_is_datediffinvert(box):
    key = ended(box)
    box.data("restore_user", id=key)
    assert box.refusal("restore_user", id=key) == "DATEDIFFINVERT"
    assert box.data("get_rent_history")[0]["isAvailForRestore"] is False


def test_what_was_never_there_is_noremotedata(box):
    assert box.refusal("restore_user", id=999) == "NOREMOTEDATA"


def test_a_number_with_too_few_days_is_noavaildays(box):
    key = box.create("UK")
    works_until = box.state()["orders"][0]["until"] + 20 * DAY
    box.control("order", order=key, works_until=works_until)
    box.advance(days=8)
    assert box.refusal("restore_user_precalc", id=key) == "NOAVAILDAYS"
    assert box.data("get_rent_history")[0]["isAvailForRestore"] is False


def test_money_for_not_even_the_overdue_days_is_nobalance(box):
    key = ended(box)
    box.control("balance", amount=1)
    assert box.data("restore_user_precalc", id=key)["price"] > 1
    assert box.refusal("restore_user", id=key) == "NOBALANCE"


def test_money_for_the_overdue_days_only_is_balance_is_not_enough(box):
    key = ended(box)
    box.control("balance", amount=str(full_price(box) * 10))
    assert box.refusal("restore_user", id=key) == "Balance is not enough"
    assert box.data("orders") == []


def test_somebody_elses_order_is_refused_in_both_wordings(demo):
    assert demo.refusal("restore_user_precalc", id=500_001) == "NOTOWNER"
    assert demo.refusal("restore_user", id=500_001) == "the user had not this order"
    assert 500_001 not in [row["orderId"] for row in demo.data("get_rent_history", take=100)]


def test_the_demo_archive_holds_a_row_without_service_data(demo):
    row = next(row for row in demo.data("get_rent_history", take=100) if row["resourceCode"] == "opt12")
    assert demo.refusal("restore_user_precalc", id=row["orderId"]) == "NOSERVICEDATA"
    assert demo.refusal("restore_user", id=row["orderId"]) == "Service not found"


def test_the_demo_archive_holds_a_row_without_country_data(demo):
    row = next(row for row in demo.data("get_rent_history", take=100) if row["country"] == "EN")
    assert demo.refusal("restore_user", id=row["orderId"]) == "NOORDERCOUNTRY"


def test_the_demo_archive_shows_the_refusals_for_days_and_money(demo):
    rows = demo.data("get_rent_history", take=100)
    answers = {demo.rent("restore_user", id=row["orderId"]).get("msg") for row in reversed(rows)}
    assert {"NOAVAILDAYS", "NOBALANCE", "Balance is not enough", None} <= answers
