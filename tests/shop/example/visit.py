"""The shop in a process of its own, for one visit: ``python visit.py PATH``. Its SDK polls, as in production."""

import os
import sys

import eppo_client
from shop import create_app

from emulator.loggers import InboxLogger


def main() -> None:
    base_url, sdk_key = os.environ["EPPO_BASE_URL"], os.environ["EPPO_SDK_KEY"]
    with InboxLogger(base_url, sdk_key) as logger:
        client = eppo_client.init(
            eppo_client.ClientConfig(
                api_key=sdk_key, base_url=base_url, assignment_logger=logger, poll_interval_seconds=1
            )
        )
        client.wait_for_initialization()
        print(create_app().test_client().get(sys.argv[1]).text)
        client.shutdown()


if __name__ == "__main__":
    main()
