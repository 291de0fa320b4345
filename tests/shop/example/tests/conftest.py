import pytest
from flask.testing import FlaskClient
from shop import create_app


@pytest.fixture
def shop() -> FlaskClient:
    return create_app().test_client()
