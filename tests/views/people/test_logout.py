"""`/accounts/logout/`: the button "Salir"."""


def test_it_ends_the_session(as_operator, synced):
    answer = as_operator.post("/accounts/logout/")
    assert answer["Location"] == "/accounts/login/"
    assert as_operator.get("/").status_code == 302


def test_wrong_method(as_operator, synced):
    assert as_operator.get("/accounts/logout/").status_code == 405
    assert as_operator.get("/").status_code == 200


def test_twice_is_harmless(as_operator, synced):
    for _ in range(2):
        assert as_operator.post("/accounts/logout/").status_code == 302
