"""The files that pages load."""

from emulator.pages.assets import asset_of, asset_url, digest


def test_an_asset_is_found_under_its_name() -> None:
    asset = asset_of("base.css")

    assert asset is not None
    assert asset.content_type == "text/css; charset=utf-8"


def test_nothing_outside_the_folder_is_an_asset() -> None:
    assert asset_of("../templates/base.html") is None


def test_the_address_holds_the_digest() -> None:
    assert asset_url("js/page.js") == f"/assets/{digest()}/js/page.js"
