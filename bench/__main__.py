"""
``python -m bench [--quick]``: every budget next to its measured value, in one run.

Both sides of each comparison are measured in turns on the same machine, so only the ratios mean anything elsewhere.
"""

import argparse

from bench import measures
from bench.bandits import bandits
from bench.fixture import fixture
from bench.inbox import inbox
from bench.pages import pages
from bench.processes import generator, install_express
from bench.report import table

ALL = (*measures.ALL, bandits, fixture, inbox, pages)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few repetitions and 1,000 flags: does it run at all?")
    parser.add_argument("--only", choices=[measure.__name__ for measure in ALL], help="one measurement")
    options = parser.parse_args()
    effort = measures.QUICK if options.quick else measures.FULL
    install_express()
    rows = []
    for measure in ALL:
        if options.only in (None, measure.__name__):
            print(f"measuring {measure.__name__.replace('_', ' ')} …", flush=True)
            rows += measures.in_scratch_folder(measure, effort)
    how = "medians, of evaluations the first decile; reference and ours in turns"
    print(f"\n{table(rows)}\n\nload generator: {generator()}; {how}")


if __name__ == "__main__":
    main()
