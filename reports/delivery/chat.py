"""Chat and webhooks through Apprise: Slack, Teams, Matrix, Telegram, any address that takes JSON."""

from __future__ import annotations

from collections.abc import Mapping

from reports.delivery import DeliveryError, Message
from reports.text import clean

LONGEST = 3500
"""Most chats cut a message somewhere above this."""


def addresses(text: str | None) -> dict[str, str]:
    """Chats by name from ``MENTIONARY_CHAT``: NAME=ADDRESS, several by spaces; raises DeliveryError."""
    found: dict[str, str] = {}
    for word in (text or "").split():
        name, equals, address = word.partition("=")
        if not equals or not name or "://" not in address:
            raise DeliveryError(
                "MENTIONARY_CHAT is wrong; write it as NAME=ADDRESS, several by spaces, addresses as Apprise has them"
            )
        found[name] = address
    return found


def send(message: Message, chats: Mapping[str, str], name: str) -> None:
    """Tell a chat the message's text; raises DeliveryError, which never repeats the chat's secret address."""
    if name not in chats:
        known = ", ".join(sorted(chats)) or "none"
        raise DeliveryError(f"no chat {name!r} is set; set MENTIONARY_CHAT to {name}=ADDRESS (known: {known})")
    try:
        import apprise
    except ModuleNotFoundError as error:
        raise DeliveryError("chats need the package apprise; install mentionary[chat]") from error
    way = apprise.Apprise()
    if not way.add(chats[name]):
        raise DeliveryError(f"the address of chat {name!r} in MENTIONARY_CHAT is none that Apprise knows")
    told = way.notify(
        title=clean(message.subject, 200), body=clean(message.text, LONGEST), body_format=apprise.NotifyFormat.TEXT
    )
    if not told:
        raise DeliveryError(f"chat {name!r} did not take the message; check its address in MENTIONARY_CHAT")
