import requests


def test_everybody_sees_the_short_headline(shop, sandbox):
    sandbox.serve("signup-headline", "short")
    sandbox.wait_until_in_step()

    assert requests.get(shop, params={"user": "ann"}).text == "short"


def test_the_assignment_is_logged_as_the_experiment_does(shop, sandbox):
    sandbox.serve("signup-headline", "playful", subjects="bob", via="headline-test")
    sandbox.wait_until_in_step()

    requests.get(shop, params={"user": "bob"})

    (event,) = sandbox.assignments.wait(subject="bob")
    assert event.experiment == "signup-headline-headline-test"
