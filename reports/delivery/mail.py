"""Mail through the operator's own SMTP server: text, HTML with its pictures inside, files."""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote, urlsplit

from reports.delivery import DeliveryError, Message
from reports.text import clean

TIMEOUT_SECONDS = 30
PORTS = {"smtp": 587, "smtps": 465}


def compose(message: Message, sender: str, receivers: list[str]) -> EmailMessage:
    """The message as MIME: text first, then HTML with its pictures, then the files."""
    mail = EmailMessage()
    mail["Subject"] = clean(message.subject, 200).replace("\n", " ")
    mail["From"] = Address("Mentionary", addr_spec=sender)
    mail["To"] = [Address(addr_spec=receiver) for receiver in receivers]
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    # Out-of-office programs do not answer what says this of itself.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
        html: Any = list(mail.iter_parts())[1]
        for picture in message.pictures:
            html.add_related(picture.png, "image", "png", cid=f"<{picture.name}>", filename=f"{picture.name}.png", disposition="inline")  # fmt: skip
    for attachment in message.attachments:
        main, _, sub = attachment.media_type.partition("/")
        mail.add_attachment(attachment.content, main, sub, filename=attachment.name)
    return mail


def send(message: Message, server: str | None, sender: str | None, receivers: list[str]) -> None:
    """Send one message to all receivers; raises DeliveryError."""
    if not server:
        raise DeliveryError("mail needs a server; set MENTIONARY_SMTP to smtp://USER:PASSWORD@HOST:PORT")
    if not sender:
        raise DeliveryError("mail needs a sender; set MENTIONARY_MAIL_FROM to an address of mail")
    parts = urlsplit(server)
    if parts.scheme not in PORTS or not parts.hostname:
        raise DeliveryError("MENTIONARY_SMTP is no server; write it as smtp://USER:PASSWORD@HOST:PORT or smtps://…")
    port = parts.port or PORTS[parts.scheme]
    context = ssl.create_default_context()
    try:
        if parts.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(parts.hostname, port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            connection = smtplib.SMTP(parts.hostname, port, timeout=TIMEOUT_SECONDS)
        with connection as smtp:
            smtp.ehlo()
            secret = parts.scheme == "smtps" or is_here(parts.hostname)
            if parts.scheme == "smtp" and smtp.has_extn("starttls"):
                smtp.starttls(context=context)
                smtp.ehlo()
                secret = True
            if parts.username and not secret:
                raise DeliveryError(
                    f"the mail server {parts.hostname}:{port} offers no TLS, and a password is never sent in the clear; use smtps://, or leave user and password out"
                )
            if parts.username:
                smtp.login(unquote(parts.username), unquote(parts.password or ""))
            refused = smtp.send_message(compose(message, sender, receivers))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        # An SMTP server's answer may repeat the password that it was given; only its kind is told.
        raise DeliveryError(
            f"the mail server {parts.hostname}:{port} did not take the message ({kind_of(error)})"
        ) from error
    if refused:
        raise DeliveryError(f"the mail server {parts.hostname}:{port} refused {', '.join(sorted(refused))}")


def is_here(host: str) -> bool:
    """Whether a host is this machine: nobody listens between."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def kind_of(error: Exception) -> str:
    """An error in a few words without secrets."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "it refuses the log-in; check user and password in MENTIONARY_SMTP"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "it refuses every receiver"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answered {error.smtp_code}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
