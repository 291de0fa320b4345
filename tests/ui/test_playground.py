"""The playground in a browser: every action, with script and without."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from emulator import Emulator

pytestmark = pytest.mark.ci

FLAGS = r"""
environments:
  test: { sdk_keys: [local-test] }
  production: { sdk_keys: [local-production] }
flags:
  checkout:
    type: boolean
    allocations:
      - { key: staff, if: 'email matches "@shop\.example$"', serve: true }
      - { key: later, start: 2100-04-01, serve: true }
      - { key: america, if: 'country in [US, CA] and app_version >= 2.3.0', serve: true }
    serve: false
    environments:
      production: { serve: true }
  never:
    type: boolean
    allocations:
      - { key: everybody, serve: true }
      - { key: nobody, if: 'country = NO', serve: false }
  shoes:
    type: string
    variations: { plain: plain, shoes: { bandit: shoes } }
    allocations:
      - { key: training, if: 'country = NO', serve: shoes }
    serve: plain
bandits:
  shoes:
    gamma: 2.0
    floor: 0.06
    actions:
      red:
        intercept: 1.0
        subject: { age: { coef: 0.02 } }
        action: { price: { coef: -0.01, missing: -0.5 } }
      blue: { intercept: 0.8 }
"""


@pytest.fixture
def flags() -> str:
    return FLAGS


@pytest.fixture
def plain(new_context: Callable[..., BrowserContext]) -> Page:
    """A browser that runs no script."""
    return new_context(java_script_enabled=False).new_page()


def because(page: Page) -> Locator:
    return page.locator("#verdict .because")


def parameters(page: Page) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(page.url).query))


def attribute(page: Page, name: str) -> Locator:
    return page.get_by_label(name, exact=True)


def test_typing_answers_without_a_reload(page: Page) -> None:
    page.goto("/flags/checkout")
    page.evaluate("window.stayed = true")

    page.get_by_label("Subject key").press_sequentially("ann")
    attribute(page, "country").fill("US")
    attribute(page, "app_version").fill("2.10.0")

    expect(because(page)).to_contain_text('ann gets true because allocation "america"')
    assert parameters(page) == {"subject": "ann", "attr.country": "US", "attr.app_version": "2.10.0"}
    assert page.evaluate("window.stayed")


def test_what_is_typed_keeps_its_focus_and_place(page: Page) -> None:
    page.goto("/flags/checkout?subject=ann")
    field = attribute(page, "country")

    field.press_sequentially("US", delay=300)
    page.wait_for_url("**attr.country=US*")
    field.press("ArrowLeft")
    field.press_sequentially("x")

    expect(field).to_be_focused()
    expect(field).to_have_value("UxS")
    page.wait_for_url("**attr.country=UxS*")


def test_without_script_a_form_does(plain: Page) -> None:
    plain.goto("/flags/checkout")
    plain.get_by_label("Subject key").fill("ann")
    attribute(plain, "email").fill("ann@shop.example")

    plain.get_by_role("button", name="Evaluate").click()

    expect(because(plain)).to_contain_text('because allocation "staff"')
    assert parameters(plain) == {"subject": "ann", "attr.email": "ann@shop.example"}


def test_enter_evaluates(plain: Page) -> None:
    plain.goto("/flags/checkout")
    plain.get_by_label("Subject key").fill("ann")

    plain.get_by_label("Subject key").press("Enter")

    expect(because(plain)).to_contain_text("ann gets false")


@pytest.mark.parametrize("script", [True, False])
def test_a_random_subject(new_context: Callable[..., BrowserContext], script: bool) -> None:
    page = new_context(java_script_enabled=script).new_page()
    page.goto("/flags/checkout?attr.country=NO")

    page.get_by_role("button", name="Random subject").click()

    expect(because(page)).to_contain_text("user-")
    expect(page.get_by_label("Subject key")).to_have_value(re.compile(r"user-\d{4}"))
    assert parameters(page).keys() == {"subject", "attr.country"}


@pytest.mark.parametrize("script", [True, False])
def test_somebody_is_found_with_the_attributes_that_it_takes(
    new_context: Callable[..., BrowserContext], script: bool
) -> None:
    page = new_context(java_script_enabled=script).new_page()
    page.goto("/flags/checkout")
    page.get_by_label("Find me a subject for").select_option("via:america")

    page.get_by_role("button", name="Find").click()

    expect(because(page)).to_contain_text('gets true because allocation "america"')
    expect(attribute(page, "country")).to_have_value("US")
    expect(attribute(page, "app_version")).to_have_value("2.3.0")


def test_where_nobody_lands_the_reason_is_told(page: Page) -> None:
    page.goto("/flags/never")
    page.get_by_label("Find me a subject for").select_option("gets:false")

    page.get_by_role("button", name="Find").click()

    expect(page.locator("#verdict")).to_contain_text("Nobody lands there: nobody gets as far")


def test_a_type_is_seen_and_can_be_changed(page: Page) -> None:
    page.goto("/flags/checkout?subject=ann")
    row = page.locator(".attribute", has=attribute(page, "country"))

    attribute(page, "country").fill("5")
    expect(row).to_contain_text("number")
    page.get_by_label("Type of country").select_option("text")

    expect(row.locator(".badge")).to_have_text("text")
    page.wait_for_url("**attr.country%3A=**")
    assert parameters(page)["attr.country:"] == '"5"'


def test_a_wrong_type_is_told_beside_the_field(page: Page) -> None:
    page.goto("/flags/checkout?subject=ann&attr.country=NO")

    page.get_by_label("Type of country").select_option("number")

    expect(page.locator(".attribute", has=attribute(page, "country"))).to_contain_text("This is no number")
    expect(page.locator("#verdict")).to_contain_text("waits until what is marked")


def test_another_attribute_is_added_and_removed(page: Page) -> None:
    page.goto("/flags/checkout?subject=ann")
    page.get_by_label("Name of another attribute").fill("plan")
    page.get_by_label("Value of another attribute").fill("pro")

    page.get_by_label("Value of another attribute").press("Enter")

    expect(attribute(page, "plan")).to_have_value("pro")
    expect(page.get_by_label("Name of another attribute")).to_have_value("")
    expect(page.get_by_label("Value of another attribute")).to_have_value("")
    page.get_by_role("link", name="Remove plan").click()
    expect(attribute(page, "plan")).to_have_count(0)
    assert parameters(page) == {"subject": "ann"}


def test_values_of_conditions_are_suggested(page: Page) -> None:
    page.goto("/flags/checkout")

    suggested = attribute(page, "country").get_attribute("list")

    assert page.locator(f"#{suggested} option").evaluate_all("all => all.map(one => one.value)") == ["US", "CA"]


def test_another_time_is_another_answer(page: Page) -> None:
    page.goto("/flags/checkout?subject=ann")

    page.get_by_label("Time").fill("2100-06-01")

    expect(because(page)).to_contain_text('allocation "later"')


@pytest.mark.parametrize("text", ["rubbish", "2025-13-01"])
def test_a_wrong_time_is_told(page: Page, text: str) -> None:
    page.goto("/flags/checkout?subject=ann")

    page.get_by_label("Time").fill(text)

    expect(page.locator("#try-at-problem")).not_to_be_empty()
    expect(page.get_by_label("Time")).to_have_value(text)


def test_the_bar_leads_to_the_same_question_elsewhere(page: Page) -> None:
    page.goto("/flags/checkout")
    page.get_by_label("Subject key").fill("ann")
    expect(because(page)).to_contain_text("ann gets false")

    page.locator("#scope summary").click()
    page.locator("#scopes").get_by_role("link", name="Production").click()

    expect(because(page)).to_contain_text("ann gets true")
    assert parameters(page) == {"environment": "production", "subject": "ann"}


def test_the_other_environment_is_told(page: Page) -> None:
    page.goto("/flags/checkout?subject=ann")

    expect(page.locator(".elsewhere")).to_contain_text("Production: true")
    page.locator(".elsewhere a").click()

    expect(because(page)).to_contain_text("ann gets true")


def test_a_sandbox_answers_for_itself_and_follows(page: Page, emulator: Emulator) -> None:
    sandbox = emulator.sandbox()
    page.goto(f"/flags/checkout?subject=ann&sdkKey={sandbox.sdk_key}")
    expect(because(page)).to_contain_text("ann gets false")

    sandbox.serve("checkout", True)

    expect(because(page)).to_contain_text('ann gets true because allocation "override-true"')


def test_an_edit_is_answered_at_once(page: Page, folder: Path) -> None:
    page.goto("/flags/checkout?subject=ann")
    expect(because(page)).to_contain_text("ann gets false")

    (folder / "flags.yaml").write_text(FLAGS.replace("serve: false\n    environments", "serve: true\n    environments"))

    expect(because(page)).to_contain_text("ann gets true")


def test_the_trace_is_drawn_and_there_as_text(page: Page) -> None:
    page.goto("/flags/checkout?subject=ann&attr.country=US&attr.app_version=2.1.0")

    expect(page.locator("#waterfall .step.failed")).to_have_count(3)
    expect(page.locator("#waterfall .step.matched")).to_contain_text("Everybody else")
    expect(page.locator("ul.passed-on")).to_contain_text("america: app_version is 2.1.0, but must be at least 2.3.0")
    page.get_by_text("The whole way as text").click()
    expect(page.locator("#try-text pre")).to_contain_text("GTE wants at least 2.3.0")


def test_events_are_shown_and_stay_open(page: Page) -> None:
    page.goto("/flags/checkout?subject=ann")
    page.get_by_text("Assignment event").click()
    expect(page.locator("#try-event-1 pre")).to_contain_text('"subject": "ann"')

    page.get_by_label("Subject key").fill("bob")

    expect(page.locator("#try-event-1 pre")).to_contain_text('"subject": "bob"')
    expect(page.locator("#try-event-1 pre")).to_be_visible()


def test_a_bandit_is_drawn(page: Page) -> None:
    page.goto("/flags/shoes?subject=ann&attr.country=NO&attr.age=120")

    expect(page.locator("#verdict")).to_contain_text('Bandit "shoes" chose ')
    expect(page.locator(".actions > details")).to_have_count(2)
    expect(page.locator(".actions summary.chosen")).to_contain_text("chosen")
    expect(page.locator("svg.buckets")).to_be_visible()


def test_other_actions_can_be_offered(page: Page) -> None:
    page.goto("/flags/shoes?subject=ann&attr.country=NO")

    page.get_by_label("Actions offered to the bandit").fill('{"green": {"price": 5}}')

    expect(because(page)).to_contain_text("and the action green")
    expect(page.locator(".actions")).to_contain_text("unknown to the model")


def test_wrong_actions_are_told_and_stay(page: Page) -> None:
    page.goto("/flags/shoes?subject=ann&attr.country=NO")

    page.get_by_label("Actions offered to the bandit").fill("{green")

    expect(page.locator("#try-actions-problem")).to_contain_text("not JSON")
    expect(page.get_by_label("Actions offered to the bandit")).to_have_value("{green")


@pytest.mark.parametrize(
    ("title", "start"),
    [
        ("curl", "curl -s"),
        ("Python", "import eppo_client"),
        ("pytest", "import eppo_client\nimport pytest"),
        ("YAML expect:", "    expect:"),
        ("Node", "import * as eppo"),
        ("Command line", "eppo-emulator eval"),
    ],
)
def test_code_is_copied(new_context: Callable[..., BrowserContext], title: str, start: str) -> None:
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto("/flags/checkout?subject=ann")
    page.locator(".copies summary", has_text=re.compile(f"^{title}$")).click()

    page.locator(".copies details[open]").get_by_role("button", name="Copy").click()

    expect(page.locator(".toast")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith(start)


def test_back_leads_to_the_question_before(page: Page) -> None:
    page.goto("/flags/checkout?subject=ann")
    page.get_by_role("button", name="Random subject").click()
    expect(because(page)).to_contain_text("user-")

    page.go_back()

    expect(because(page)).to_contain_text("ann gets")
    expect(page.get_by_label("Subject key")).to_have_value("ann")


def test_hostile_texts_stay_texts(page: Page) -> None:
    page.goto("/flags/checkout")
    page.get_by_label("Subject key").fill("<img src=x onerror=alert(1)>")
    page.get_by_label("Name of another attribute").fill('"><script>alert(1)</script>')
    page.get_by_label("Value of another attribute").fill("<b>bold</b>")

    page.get_by_role("button", name="Add").click()

    expect(because(page)).to_contain_text("<img src=x onerror=alert(1)> gets false")
    expect(page.locator("#try b, #verdict img, #answer b")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 900, 1600])
@pytest.mark.parametrize("path", ["checkout?subject=ann", "shoes?subject=ann&attr.country=NO&attr.age=120&at=never"])
def test_the_page_is_never_wider_than_the_screen(page: Page, width: int, path: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(f"/flags/{path}&attr.{'n' * 150}={'v' * 400}")
    page.locator(".copies summary").evaluate_all("all => all.forEach(one => one.parentElement.open = true)")

    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_what_is_being_filled_in_outlives_news(page: Page, folder: Path) -> None:
    page.goto("/flags/checkout?subject=ann")
    attribute(page, "country").fill("US")
    page.wait_for_url("**attr.country=US*")
    page.get_by_label("Name of another attribute").fill("plan")
    page.get_by_label("Find me a subject for").select_option("via:america")

    (folder / "more.yaml").write_text("flags:\n  fresh: { type: boolean, serve: true }\n")

    expect(page.locator("#state")).to_contain_text("revision 2")
    expect(page.get_by_label("Name of another attribute")).to_have_value("plan")
    expect(page.get_by_label("Find me a subject for")).to_have_value("via:america")
    expect(attribute(page, "country")).to_have_value("US")


def test_an_attribute_that_an_edit_asks_for_is_offered(page: Page, folder: Path) -> None:
    page.goto("/flags/checkout?subject=ann")

    (folder / "flags.yaml").write_text(FLAGS.replace("country in [US, CA]", "plan = pro"))

    expect(attribute(page, "plan")).to_be_visible()
