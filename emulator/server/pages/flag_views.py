"""``/flags/{key}``: the page of one flag."""

from functools import partial

from flask import request

from emulator.pages.shell import page
from emulator.server.answers import Answer
from emulator.server.pages.answering import page_answer
from emulator.server.pages.playing import play
from emulator.server.pages.shelling import address_about, asked_for, shell_of
from emulator.server.parts import Parts


def flag_page(parts: Parts, key: str) -> Answer:
    asked = asked_for(parts, request.args)
    wire = asked.served.environment.config["flags"].get(key)
    played = play(asked, key, request.args)
    shell = shell_of(parts, "flags", key, asked.scope, partial(address_about, request.path, request.args))
    return page_answer(page("flag/page.html", shell, key=key, wire=wire, panel=played.panel))
