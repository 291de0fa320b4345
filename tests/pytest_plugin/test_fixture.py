"""The fixture in runs of its own: what it gives, what it leaves behind, and what it can be told."""

import pytest

from emulator import Emulator
from tests.pytest_plugin.conftest import Project

TESTS = """
    import eppo_client
    import pytest

    def headline(subject="ann"):
        return eppo_client.get_instance().get_string_assignment("headline", subject, {}, "default")

    def test_flags_are_this_tests_own(eppo):
        eppo.serve("headline", "short")
        assert headline() == "short"
        assert eppo.assignments.one(flag="headline").variation == "short"

    def test_nothing_is_left_of_it(eppo):
        assert headline() == "control"
        assert eppo.assignments.count() == 1

    @pytest.mark.eppo({"headline": "playful", "checkout": None}, at="2025-03-28T00:00Z")
    def test_a_marker_implies_the_fixture():
        assert headline() == "playful"
        assert eppo_client.get_instance().get_boolean_assignment("checkout", "ann", {}, True) is True

    @pytest.mark.eppo({"headline": "playful"}, env="production")
    class TestMarked:
        def test_a_class_can_be_marked(self, eppo):
            assert (eppo.environment, headline()) == ("production", "playful")

        @pytest.mark.eppo({"headline": "short"})
        def test_a_tests_own_marker_wins(self, eppo):
            assert (eppo.environment, headline()) == ("production", "short")

    @pytest.mark.eppo({"headline": "short"})
    def test_a_reset_returns_to_the_marker(eppo):
        eppo.serve("headline", "playful")
        eppo.reset()
        assert headline() == "short"

    @pytest.mark.parametrize("wanted", [
        pytest.param("short", marks=pytest.mark.eppo({"headline": "short"})),
        "control",
    ])
    def test_one_run_of_several_can_be_marked(wanted, eppo):
        assert headline() == wanted

    @pytest.mark.eppo_each("headline")
    def test_each_variation_has_a_run(eppo, variation):
        assert headline() == (variation or "default")

    @pytest.mark.eppo_each("headline")
    def test_each_without_the_argument(request):
        assert request.node.callspec.id.replace("caller's ", "") == headline()

    def test_a_server_runs_when_it_is_needed(eppo, eppo_emulator):
        assert not eppo_emulator.has_started
        assert eppo.base_url == eppo_emulator.base_url
        assert eppo_emulator.has_started
"""

LEFTOVERS = """
    import eppo_client
    import psutil
    import threading

    def own(key="own"):
        return eppo_client.init(eppo_client.ClientConfig(
            api_key=key, assignment_logger=eppo_client.AssignmentLogger(), poll_interval_seconds=None))

    def headline(client=None):
        return (client or eppo_client.get_instance()).get_string_assignment("headline", "ann", {}, "default")

    held = []

    def test_one_that_cleans_nothing_up(eppo):
        eppo.serve("headline", "short").__enter__()
        eppo.unavailable()
        held.append(eppo_client.get_instance())
        polling = eppo_client.init(eppo_client.ClientConfig(
            api_key=eppo.sdk_key, base_url=eppo.base_url, assignment_logger=eppo.logger, poll_interval_seconds=1))
        eppo.attach(own())
        held.append(polling)

    def test_the_next_starts_clean(eppo):
        assert headline() == "control"
        assert headline(held[0]) == "control"
        assert eppo.assignments.count() == 2
        assert eppo.clients() == []
        assert not [thread for thread in threading.enumerate() if thread.name == "eppo-background"]

    def test_without_the_fixture_there_are_no_flags():
        assert headline() == "default"
"""

CONFTEST = """
    import psutil
    import threading

    def pytest_unconfigure(config):
        threads = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
        sockets = [one for one in psutil.Process().net_connections() if one.status in ("LISTEN", "ESTABLISHED")]
        print("LEFT", threads, sockets)
"""


def test_every_use_of_the_fixture(project: Project) -> None:
    project.write("test_shop.py", TESTS)

    run = project.run()

    assert run.counts == {"passed": 17}, run.text


def test_every_use_in_random_order_on_two_workers(project: Project) -> None:
    project.write("test_shop.py", TESTS.replace("assert not eppo_emulator.has_started", ""))

    run = project.run("-n", "2", "--random-order")

    assert run.counts == {"passed": 17}, run.text


def test_a_test_that_forgets_to_clean_up_harms_no_other_and_leaves_nothing(project: Project) -> None:
    project.write("test_shop.py", LEFTOVERS)
    project.write("conftest.py", CONFTEST)

    run = project.run("-s")

    assert run.counts == {"passed": 3}, run.text
    assert "LEFT [] []" in run.text


def test_workers_share_an_emulator_that_runs_elsewhere(project: Project) -> None:
    project.write("test_shop.py", TESTS[: TESTS.index("def test_a_server_runs")])

    with Emulator(project.folder / "flags", watch=False) as running:
        run = project.run("-n", "2", "-o", f"eppo_emulator_url={running.url}")
        left = running.parts.sandboxes.all()

    assert run.counts == {"passed": 16}, run.text
    assert left == ()


@pytest.mark.parametrize("ini", ["eppo_strict = true", ""], ids=["by the ini file", "by the test"])
def test_strict_fails_a_test_that_evaluates_an_unknown_flag(project: Project, ini: str) -> None:
    project.write("pytest.ini", f"[pytest]\n{ini}\n")
    project.write(
        "test_shop.py",
        f"""
        import eppo_client, pytest

        def evaluate(flag):
            eppo_client.get_instance().get_boolean_assignment(flag, "ann", {{}}, False)

        def test_known(eppo):
            eppo.strict = {not ini} or eppo.strict
            evaluate("checkout")

        def test_unknown(eppo):
            eppo.strict = {not ini} or eppo.strict
            evaluate("chekout")

        @pytest.fixture
        def late(eppo):
            yield
            eppo.strict = True
            evaluate("chekout")

        def test_unknown_at_teardown(late):
            pass
        """,
    )

    run = project.run()

    assert run.counts == {"passed": 2, "failed": 1, "error": 1}, run.text
    assert run.text.count('no file defines what was evaluated: "chekout" (did you mean "checkout"?)') >= 2


def test_fixtures_choose_other_flags_and_another_address(project: Project) -> None:
    project.write("other/flags.yaml", "flags: { elsewhere: { type: boolean, serve: true } }")
    project.write(
        "test_shop.py",
        """
        import pytest

        @pytest.fixture(scope="session")
        def eppo_flags():
            return "other"

        @pytest.fixture(scope="session")
        def eppo_listen_address():
            return "localhost", 0

        def test_them(eppo):
            assert eppo.flag_keys() == ["elsewhere"]
            assert eppo.base_url.startswith("http://localhost:")
        """,
    )

    run = project.run()

    assert run.counts == {"passed": 1}, run.text


def test_the_ini_file_chooses_flags_and_environment(project: Project) -> None:
    project.write("elsewhere/more.yaml", (project.folder / "flags/flags.yaml").read_text())
    (project.folder / "flags/flags.yaml").unlink()
    project.write("pytest.ini", "[pytest]\neppo_flags = elsewhere\neppo_environment = production\n")
    project.write("test_shop.py", "def test_it(eppo): assert eppo.environment == 'production' and eppo.flag_keys()")

    run = project.run()

    assert run.counts == {"passed": 1}, run.text


def test_the_sandbox_of_a_test_with_a_long_name_has_its_end(project: Project) -> None:
    project.write(
        "test_shop.py",
        """
        import pytest

        @pytest.mark.parametrize("long", [True], ids=["x" * 300])
        def test_it(eppo, long):
            assert "'" + "x" * 199 + "]'" in repr(eppo)
        """,
    )

    run = project.run()

    assert run.counts == {"passed": 1}, run.text


def test_without_flags_the_fixture_says_which_option_names_them(project: Project) -> None:
    (project.folder / "flags/flags.yaml").unlink()
    project.write("test_shop.py", "def test_it(eppo): pass")

    run = project.run()

    assert run.counts == {"error": 1}
    assert "the ini option eppo_flags names the flag files" in run.text


def test_without_the_sdk_everything_works_over_http(project: Project) -> None:
    project.write(
        "conftest.py",
        """
        import sys

        sys.modules["eppo_client"] = None
        """,
    )
    project.write(
        "test_shop.py",
        """
        import pytest, requests
        from emulator import EmulatorError

        def test_it(eppo):
            eppo.serve("headline", "short")
            url = f"{eppo.base_url}/flag-config/v1/config?apiKey={eppo.sdk_key}"
            assert "override-short" in requests.get(url, timeout=10).text
            with pytest.raises(EmulatorError, match="pip install eppo-server-sdk"):
                eppo.client()
        """,
    )

    run = project.run()

    assert run.counts == {"passed": 1}, run.text


def test_a_mistyped_name_fails_at_the_line_of_the_test(project: Project) -> None:
    project.write(
        "test_words.py",
        """
        def test_typo(eppo):
            eppo.serve("headlin", "short")

        def test_miss(eppo):
            eppo.assignments.one(flag="headline")
        """,
    )

    run = project.run()

    assert run.counts == {"failed": 2}, run.text
    assert 'no flag "headlin"; did you mean "headline"?' in run.text
    assert "changing.py" not in run.text
    assert "logged.py" not in run.text
