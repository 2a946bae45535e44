"""Reports brought to their readers through real servers: SMTP, a webhook, folders, a site with its feed."""

from __future__ import annotations

import base64
import email
import email.policy
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import feedparser
import fsspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from PIL import Image

from benchmarks.generate import Scale, build
from config.timetable import Report
from reports.build import document, figures_of
from reports.delivery import DeliveryError, Message, Target, chat, mail, places
from reports.delivery.deliver import Delivered, Ways, deliver, nothing_new
from reports.document import Document
from reports.figures import scope_of
from reports.forms import written
from storage.database import open_database
from tests.servers import free_port

SCALE = Scale(posts=400, days=40, end=date(2026, 5, 31), seed=3)
SENDER = "reports@mentionary.example"
# The server of these tests asks for a log-in on loopback, where TLS would only hide what is looked at.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")


def made_over(folder: Path, first: date, last: date) -> Document:
    engine = open_database(f"sqlite:///{folder / 'test.sqlite'}")
    with engine.connect() as connection:
        scope = scope_of(connection, "aurelia", first, last)
        figures = figures_of(connection, scope)
    engine.dispose()
    return document(figures, scope, "en")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("delivery")
    build(f"sqlite:///{place / 'test.sqlite'}", SCALE)
    return place


@pytest.fixture(scope="module")
def made(folder: Path) -> Document:
    return made_over(folder, date(2026, 5, 18), date(2026, 5, 31))


class Box:
    """What a server was sent."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.envelopes.append(envelope)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def authenticate(server: SMTP, session: Any, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"user", b"p@ss word")
    return AuthResult(success=right, handled=False)


@pytest.fixture
def smtp() -> Iterator[tuple[Box, str]]:
    """A real SMTP server that asks for a log-in; what it took and its address."""
    box = Box()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=authenticate,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    yield box, f"smtp://user:p%40ss%20word@127.0.0.1:{controller.port}"
    controller.stop()


def files(document: Document, *forms: str, stem: str = "aurelia") -> dict[str, bytes]:
    return {f"{stem}.{form}": written(document, form) for form in forms}


def faults(done: list[Delivered]) -> list[str]:
    return [one.fault for one in done if one.fault]


def test_a_mail_holds_text_html_pictures_and_files(made: Document, smtp: tuple[Box, str]) -> None:
    box, server = smtp
    targets = [Target.parse("mail:cmo@acme.example"), Target.parse("mail:analyst@acme.example")]
    done = deliver(made, files(made, "html", "md"), targets, Ways(server, SENDER))
    assert faults(done) == []
    assert len(box.envelopes) == 1
    assert box.envelopes[0].rcpt_tos == ["cmo@acme.example", "analyst@acme.example"]
    content = box.envelopes[0].content
    assert isinstance(content, bytes)
    told = email.message_from_bytes(content, policy=email.policy.default)
    assert told["Subject"] == "Aurelia and its competitors, 18 May – 31 May 2026"
    assert told["From"] == f"Mentionary <{SENDER}>"
    assert told["Auto-Submitted"] == "auto-generated"
    text, html = told.get_body(("plain",)), told.get_body(("html",))
    assert text is not None
    assert html is not None
    for sentence in made.summary:
        assert " ".join(sentence.text.split()) in " ".join(text.get_content().split())
    pictures = {part["Content-ID"].strip("<>"): part for part in told.walk() if part.get_content_type() == "image/png"}
    assert len(pictures) == 4
    for name, part in pictures.items():
        assert f'src="cid:{name}"' in html.get_content()
        with Image.open(io.BytesIO(base64.b64decode(bytes(part).partition(b"\n\n")[2]))) as picture:
            # A ground of its own: mail may be shown dark.
            assert picture.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)
    assert "<script" not in html.get_content()
    assert [part.get_filename() for part in told.iter_attachments() if part.get_filename()] == [
        "aurelia.html",
        "aurelia.md",
    ]


@pytest.mark.parametrize(
    ("server", "sender", "receiver", "sentence"),
    [
        (None, SENDER, "a@b.example", "set MENTIONARY_SMTP"),
        ("smtp://127.0.0.1:1", None, "a@b.example", "set MENTIONARY_MAIL_FROM"),
        ("http://127.0.0.1", SENDER, "a@b.example", "MENTIONARY_SMTP is no server"),
        ("smtp://127.0.0.1:1", SENDER, "a@b.example", "127.0.0.1:1 did not take the message (Connection refused)"),
        ("wrong", SENDER, "a@b.example", "refuses the log-in"),
        ("right", SENDER, "nobody@b.example", "it refuses every receiver"),
    ],
)
def test_mail_that_can_not_go_is_told_without_a_secret(
    smtp: tuple[Box, str], server: str | None, sender: str | None, receiver: str, sentence: str
) -> None:
    address = smtp[1] if server == "right" else smtp[1].replace("p%40ss", "guess") if server == "wrong" else server
    with pytest.raises(DeliveryError) as told:
        mail.send(Message("subject", "text"), address, sender, [receiver])
    assert sentence in str(told.value)
    assert "ss word" not in str(told.value)


def test_a_password_is_not_sent_in_the_clear(smtp: tuple[Box, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "is_here", lambda host: False)
    with pytest.raises(DeliveryError, match="offers no TLS, and a password is never sent in the clear"):
        mail.send(Message("subject", "text"), smtp[1], SENDER, ["a@b.example"])


@pytest.fixture
def webhook() -> Iterator[tuple[list[dict[str, Any]], str]]:
    """A real server that takes JSON; what it took and its address for Apprise."""
    taken: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield taken, f"json://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_chat_is_told_the_sentences_and_the_place(
    made: Document, webhook: tuple[list[dict[str, Any]], str], tmp_path: Path
) -> None:
    taken, address = webhook
    targets = [Target.parse("chat:team"), Target.parse(f"folder:{tmp_path}")]
    done = deliver(made, files(made, "html"), targets, Ways(chats=f"team={address}"))
    assert faults(done) == []
    assert taken[0]["title"] == "Aurelia and its competitors, 18 May – 31 May 2026"
    assert " ".join(made.summary[0].text.split()) in " ".join(taken[0]["message"].split())
    assert f"{tmp_path}/aurelia.html" in taken[0]["message"]
    assert (tmp_path / "aurelia.html").stat().st_size > 100_000


def test_a_chat_that_is_not_set_or_does_not_answer(webhook: tuple[list[dict[str, Any]], str]) -> None:
    message = Message("subject", "text")
    with pytest.raises(DeliveryError, match=r"no chat 'x' is set; set MENTIONARY_CHAT to x=ADDRESS \(known: team\)"):
        chat.send(message, chat.addresses("team=json://127.0.0.1:1/secret"), "x")
    with pytest.raises(DeliveryError, match="chat 'team' did not take the message") as told:
        chat.send(message, chat.addresses("team=json://127.0.0.1:1/secret"), "team")
    assert "secret" not in str(told.value)
    with pytest.raises(DeliveryError, match="write it as NAME=ADDRESS"):
        chat.addresses("slack://x")


def test_one_fault_keeps_nobody_else_from_it(made: Document, tmp_path: Path) -> None:
    targets = [Target.parse("folder:/proc/nowhere"), Target.parse("chat:none"), Target.parse(f"folder:{tmp_path}")]
    done = deliver(made, files(made, "md"), targets, Ways())
    assert [bool(one.fault) for one in sorted(done, key=lambda one: targets.index(one.target))] == [True, True, False]
    assert (tmp_path / "aurelia.md").exists()


@pytest.mark.parametrize("scheme", ["", "memory://"])
def test_a_site_lists_its_reports_and_has_a_feed(folder: Path, made: Document, tmp_path: Path, scheme: str) -> None:
    place = f"memory://site-{tmp_path.name}" if scheme else str(tmp_path / "site")
    week = made_over(folder, date(2026, 5, 11), date(2026, 5, 17))
    for report, stem in ((week, "week"), (made, "fortnight"), (made, "fortnight")):
        assert (
            faults(deliver(report, files(report, "html", "md", stem=stem), [Target.parse(f"site:{place}")], Ways()))
            == []
        )
    system, path = fsspec.core.url_to_fs(place)
    assert {name.rpartition("/")[2] for name in system.ls(path, detail=False)} == {
        "reports",
        "index.html",
        "feed.xml",
        "reports.json",
    }
    index = system.cat_file(f"{path}/index.html").decode()
    assert index.index("reports/fortnight.html") < index.index("reports/week.html")
    assert "<script" not in index
    feed = feedparser.parse(system.cat_file(f"{path}/feed.xml"))
    assert not feed.bozo
    assert [entry.link for entry in feed.entries] == ["reports/fortnight.html", "reports/week.html"]
    assert feed.entries[0].summary.splitlines()[0] == made.summary[0].text
    assert b"<!DOCTYPE html>" in system.cat_file(f"{path}/reports/week.html")


def test_a_damaged_list_of_a_site_is_told(tmp_path: Path, made: Document) -> None:
    (tmp_path / "reports.json").write_text("{", "utf-8")
    done = deliver(made, files(made, "html"), [Target.parse(f"site:{tmp_path}")], Ways())
    assert "reports.json can't be read" in faults(done)[0]
    with pytest.raises(DeliveryError):
        places.entries(str(tmp_path))


def test_nothing_new_means_no_message_or_one_line(made: Document, smtp: tuple[Box, str]) -> None:
    box, server = smtp
    figures = {
        key: replace(figure, values=tuple(replace(value, n=0) for value in figure.values))
        if figure.metric == "share-of-voice"
        else figure
        for key, figure in made.figures.items()
    }
    empty = replace(made, figures=figures)
    assert nothing_new(empty)
    assert not nothing_new(made)
    unread = {
        key: replace(figure, values=()) if figure.metric == "coverage" else figure for key, figure in figures.items()
    }
    assert not nothing_new(replace(made, figures=unread))
    target = [Target.parse("mail:a@b.example")]
    assert deliver(empty, files(made, "html"), target, Ways(server, SENDER), "skip") == []
    assert box.envelopes == []
    assert faults(deliver(empty, files(made, "html"), target, Ways(server, SENDER), "line")) == []
    content = box.envelopes[0].content
    assert isinstance(content, bytes)
    assert b"nothing new" in content
    assert len(content) < 2000


@pytest.mark.parametrize("text", ["mail:", "mail:no-at", "mail:a@b, c@d", "phone:1", "folder", "chat: "])
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(DeliveryError, match=r"write it as (mail:ADDRESS|mail:name)"):
        Target.parse(text)


def test_the_timetable_brings_a_report_to_its_readers() -> None:
    job = Report.model_validate(
        {"brand": "acme", "days": 7, "cron": "0 6 * * 1", "language": "zh", "formats": ["html", "pdf"], "deliver": ["mail:a@b.example", "site:/srv/www"], "if_nothing": "line"}
    )  # fmt: skip
    assert job.words(date(2026, 6, 1)) == (
        "report", "--brand", "acme", "--from", "2026-05-25", "--to", "2026-05-31", "--language", "zh", "--format", "html,pdf",
        "--deliver", "mail:a@b.example", "--deliver", "site:/srv/www", "--if-nothing", "line",
    )  # fmt: skip
    month = Report.model_validate({"brand": "acme", "days": "month", "cron": "0 6 1 * *"})
    assert month.words(date(2026, 3, 1))[3:7] == ("--from", "2026-02-01", "--to", "2026-02-28")
    assert month.name == "report acme month"
    with pytest.raises(ValueError, match="days"):
        Report.model_validate({"brand": "acme", "days": "year", "cron": "0 6 1 * *"})
    with pytest.raises(ValueError, match="deliver"):
        Report.model_validate({"brand": "acme", "cron": "0 6 * * 1", "deliver": ["fax:1"]})
