"""eBay: listings of a search, sold ones too, and single items, on the sites of many countries.

Source: https://developer.ebay.com/api-docs/buy/browse/resources/item_summary/methods/search, the official way for crawlers
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qs, urlsplit

import lxml.html

from extractors.records import Count, Outcome, Post, Profile
from extractors.values.counts import count, exact, number_forms
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, drift, each, empty, gone, wall
from spiders.markup.shapes import language_of, stamped, typed
from spiders.page import Page, bearing
from spiders.reading import Ending, Part, need

ITEM = re.compile(r"/itm/(?:[^/?]+/)?(\d{9,})")
PLACEHOLDERS = frozenset({"123456", "2500219655424533"})
PLACEHOLDER = re.compile(r"/itm/123456(?!\d)")
RANGE = re.compile(r"\s*(?:\bto\b|\bbis\b|\bà\b|\ba\b|\bhasta\b|\bdo\b|\btot\b|[–-])\s*(?=[^\d]*\d)")
"""What stands between the two ends of a price in one text."""
MONEY = re.compile(r"\d[\d.,'’\s\u00a0\u202f]*")
CURRENCIES = {
    "US $": "USD", "C $": "CAD", "AU $": "AUD", "HK$": "HKD", "S$": "SGD", "£": "GBP", "€": "EUR", "EUR": "EUR", "CHF": "CHF", "PLN": "PLN",
    "zł": "PLN", "USD": "USD", "GBP": "GBP", "$": "USD",
}  # fmt: skip
SITE_CURRENCIES = {"ca": "CAD", "com.au": "AUD", "com.hk": "HKD", "com.sg": "SGD"}
SOLD = re.compile(
    r"(\d[\d.,\s\u00a0]*\+?)\s*(?:sold|verkauft|vendus?|vendut[oi]|vendidos?|sprzedano|verkocht)(?!\s*[A-Z]\w*\s*\d)",
    re.IGNORECASE,
)
WATCHED = re.compile(
    r"(\d[\d.,\s\u00a0]*\+?)\s*(?:watch(?:er|ing)|beobacht|person(?:en)? beobacht|people are watching|persone? |personnes? |personas? |osserv|suivi|seguidor|obserwuj)",
    re.IGNORECASE,
)
BIDS = re.compile(r"(\d[\d.,]*)\s*(?:bids?|gebote?|enchères?|offert[ae]|pujas?|ofert[ay]?|biedingen)\b", re.IGNORECASE)
NO_RESULT = re.compile(r"^\s*0\s")
FOLLOWED = re.compile(
    r"(\d[\d.,\s\u00a0\u202f]*[KMB]?)\s*(?:followers?|abonnés?|seguidor|obserwuj|volgers?)", re.IGNORECASE
)
SINCE = re.compile(r"since:?\s*([A-Z][a-z]{2} \d{1,2}, \d{4})")


def money(text: str, language: str | None, site: str) -> tuple[str | None, str | None]:
    """The price as a decimal and its currency by ISO 4217; None where a text shows none."""
    found = MONEY.search(text)
    mark = next((mark for mark in CURRENCIES if mark in text.replace("\u00a0", " ")), None)
    if found is None:
        return None, None
    currency = CURRENCIES.get(mark or "")
    if mark == "$":
        currency = next((code for ending, code in SITE_CURRENCIES.items() if site.endswith(f".{ending}")), "USD")
    decimal = number_forms((language or "en").replace("-", "_")).decimal
    digits = re.sub(r"[^\d.,]", "", found.group()).strip(".,")
    last = max(digits.rfind("."), digits.rfind(","))
    whole = last < 0 or (len(digits) - last - 1 == 3 and digits[last] != decimal)
    number = re.sub(r"[.,]", "", digits) if whole else re.sub(r"[.,]", "", digits[:last]) + "." + digits[last + 1 :]
    return str(Decimal(number)), currency


def first(pattern: re.Pattern[str], texts: list[str], language: str | None) -> Count | None:
    """The count that the first of some texts shows in a pattern's words."""
    return next((count(found[1], language) for text in texts if (found := pattern.search(text))), None)


def read_search(page: Page) -> Iterator[Part]:
    """The listings of a search. Those shown in place of results that are none, or after the last one, are not its results."""
    heading = one_line(page.css(".srp-controls__count-heading").xpath("string()").get())
    if not heading:
        raise drift("srp-controls__count-heading")
    if NO_RESULT.match(heading):
        raise empty()
    cards = page.xpath(
        "//ul[contains(concat(' ', @class, ' '), ' srp-results ')]/li[contains(concat(' ', @class, ' '), ' s-card ')"
        " or contains(concat(' ', @class, ' '), ' s-item ')]"
        "[not(preceding-sibling::li[contains(@class, 'REWRITE_START') or contains(@class, 'srp-river-answer--REWRITE')])]"
    )
    language = language_of(page)
    yield from each("card", [card.root for card in cards], lambda card: read_card(page, card, language))


def classed(element: lxml.html.HtmlElement) -> list[tuple[lxml.html.HtmlElement, str]]:
    """The elements inside one that bear a class, each with it."""
    return [(inner, inner.get("class", "")) for inner in bearing("class")(element)]


def read_card(page: Page, card: lxml.html.HtmlElement, language: str | None) -> Post | None:
    """One listing; the first two cards of a list are placeholders."""
    addresses = [element.get("href", "") for element in card.iter("a")]
    link = ITEM.search(" ".join(addresses))
    if card.get("data-listingid") in PLACEHOLDERS or PLACEHOLDER.search(" ".join(addresses[:2])):
        return None
    if link is None:
        raise LookupError("/itm/")
    for hidden, name in classed(card):
        if "clipped" in name.split() or "LIGHT_HIGHLIGHT" in name:
            hidden.drop_tree()
    parts = classed(card)
    title = next(part for part, name in parts if "s-card__title" in name or "s-item__title" in name)
    prices = (
        part
        for part, name in parts
        if ("s-card__price" in name or "s-item__price" in name) and "strikethrough" not in name
    )
    ends = (text for price in prices for text in RANGE.split(price.text_content()))
    shown = [money(text, language, page.host) for text in ends]
    amounts = [(amount, currency) for amount, currency in shown if amount]
    if not amounts:
        raise LookupError("price")
    rows = [
        one_line(row.text_content()) or ""
        for row, name in parts
        if ("su-styled-text" in name or "s-item__" in name)
        and row is not title
        and title not in row.iterancestors()
        and not any("s-item__" in inner for _, inner in classed(row))
    ]
    return Post(
        platform="ebay",
        kind="listing",
        id=link[1],
        url=f"https://{page.host}/itm/{link[1]}",
        title=one_line(title.text_content()),
        price="-".join(dict.fromkeys(str(amount) for amount, _ in amounts[:2])),
        currency=amounts[0][1],
        sold=first(SOLD, rows, language),
        watchers=first(WATCHED, rows, language),
        bids=first(BIDS, rows, language),
    )


def read_item(page: Page) -> Iterator[Part]:
    """One listing's own page; the seller's feedback, what he sold, and the product's rating are not the listing's."""
    product, found = typed(page, ("Product",)), ITEM.search(page.url)
    if product is None or found is None:
        raise drift("Product" if product is None else "item number")
    offers = product["offers"][0] if isinstance(product.get("offers"), list) else need(product, "offers", dict)
    price = str(offers["price"] if "price" in offers else f"{offers['lowPrice']}-{offers['highPrice']}")
    try:
        price = "-".join(f"{Decimal(part):.2f}" for part in price.split("-"))
    except InvalidOperation as error:
        raise drift("price") from error
    # The first link is the avatar, which shows one letter.
    names = [
        one_line(link.xpath("string()").get()) or ""
        for link in page.css(".x-sellercard-atf a, .ux-seller-section__item--seller a")
    ]
    seller = next((name for name in names if len(name) > 1), None)
    if seller is None:
        raise drift("x-sellercard-atf")
    language = language_of(page)
    notes = [
        one_line(note.xpath("string()").get()) or ""
        for note in page.css(".ux-section-icon-with-details, .x-ebay-signal, .vim [class*=signal]")
    ]
    yield Post(
        platform="ebay",
        kind="listing",
        id=found[1],
        url=f"https://{page.host}/itm/{found[1]}",
        author=seller,
        title=one_line(need(product, "name", str)),
        text=plain_text(product.get("description")) or None,
        price=price,
        currency=need(offers, "priceCurrency", str),
        watchers=first(WATCHED, notes + page.css(".x-watch-heart-btn::attr(aria-label)").getall(), language),
        bids=first(BIDS, [one_line(text) or "" for text in page.css(".x-bid-count *::text").getall()], language),
        sold=first(
            SOLD, [one_line(text) or "" for text in page.css(".x-quantity__availability *::text").getall()], language
        ),
    )


def read_store(page: Page) -> Iterator[Part]:
    """A seller's page or shop: its followers, and the listings that it shows. What it sold in all is no listing's number."""
    name = one_line(page.css(".str-seller-card__store-name").xpath("string()").get())
    if not name:
        raise drift("str-seller-card__store-name")
    language = language_of(page)
    about = one_line(page.css(".str-about-description__seller-info").xpath("string()").get()) or ""
    since = SINCE.search(about)
    stats = page.css(".str-seller-card__stats-content > div, .str-seller-card__store-stats-content > div")
    if not stats:
        raise drift("str-seller-card__stats-content")
    yield Profile(
        platform="ebay",
        handle=seller_of(page),
        url=f"https://{page.host}{page.path.rstrip('/')}",
        name=name,
        joined_at=stamped(since[1], "en") if since else None,
        followers=first(FOLLOWED, [one_line(stat.xpath("string()").get()) or "" for stat in stats], language),
    )
    cards = [card.root for card in page.css("article.str-item-card, .StoreFrontItemCard")]
    yield from each("card", cards, lambda card: read_store_card(page, card, language))


def seller_of(page: Page) -> str:
    """The name of an account: a shop's address has a name of its own, but its links to all its listings name the seller."""
    links = page.css("a[href*='_ssn=']::attr(href), .str-about-description__seller-info a[href*='/usr/']::attr(href)")
    parts = [urlsplit(link) for link in links.getall()]
    named = [parse_qs(link.query).get("_ssn", [link.path.rpartition("/usr/")[2]])[0] for link in parts]
    path = page.path.rstrip("/")
    return path.rpartition("/")[2] if "/usr/" in path or not named else named[0]


def read_store_card(page: Page, card: lxml.html.HtmlElement, language: str | None) -> Post:
    """One listing that a shop shows."""
    link = ITEM.search(" ".join(element.get("href", "") for element in card.iter("a")))
    if link is None:
        raise LookupError("/itm/")
    for hidden, name in classed(card):
        if "clipped" in name.split():
            hidden.drop_tree()
    texts = {
        part: one_line(element.text_content())
        for element, name in reversed(classed(card))
        for part in ("property-title", "property-displayPrice")
        if f"str-item-card__{part}" in name.split()
    }
    shown = [money(text, language, page.host) for text in RANGE.split(texts["property-displayPrice"] or "")]
    amounts = [(amount, currency) for amount, currency in shown if amount]
    if not amounts:
        raise LookupError("price")
    return Post(
        platform="ebay",
        kind="listing",
        id=link[1],
        url=f"https://{page.host}/itm/{link[1]}",
        title=need(texts, "property-title", str),
        price="-".join(dict.fromkeys(str(amount) for amount, _ in amounts[:2])),
        currency=amounts[0][1],
    )


def read_api(page: Page) -> Iterator[Part]:
    """What the Browse API tells of one item, or of those found; the watchers are told to chosen applications alone."""
    answer = page.json
    if "itemId" in answer:
        yield read_told(answer)
        return
    if answer.get("total") == 0 and not answer.get("itemSummaries"):
        raise empty()
    yield from each("item", need(answer, "itemSummaries", list), read_told)


def read_told(item: Mapping[str, Any]) -> Post:
    """One item of the API; an auction tells its price as the bid that stands."""
    address = urlsplit(need(item, "itemWebUrl", str))
    found, price = ITEM.search(address.path), item["price"] if "price" in item else item["currentBidPrice"]
    if found is None:
        raise LookupError("itemWebUrl")
    stock: Mapping[str, Any] = next(iter(item.get("estimatedAvailabilities") or ()), {})
    return Post(
        platform="ebay",
        kind="listing",
        id=found[1],
        url=f"https://{address.netloc}/itm/{found[1]}",
        author=need(need(item, "seller", dict), "username", str),
        title=one_line(need(item, "title", str)),
        text=plain_text(item.get("description") or item.get("shortDescription")) or None,
        published_at=moment(item.get("itemCreationDate")),
        price=f"{Decimal(need(price, 'value', str)):.2f}",
        currency=need(price, "currency", str),
        sold=exact(stock.get("estimatedSoldQuantity")),
        watchers=exact(item.get("watchCount")),
        bids=exact(item["bidCount"]) if "AUCTION" in item.get("buyingOptions", ()) else exact(item.get("bidCount")),
    )


class Ebay(PlatformSpider):
    """eBay."""

    name = "ebay"
    about = About(
        title="eBay",
        anonymous="nothing: robots.txt forbids searches, and the terms forbid robots on item pages",
        restricted="saved pages: listings with prices, sold, watchers, bids; single items; the Browse API with a free key",
        robots="forbidden for searches; item pages have no rule, the terms forbid robots",
        layouts={
            "search results": "2026-04",
            "item page": "2026-04",
            "seller's page": "unproven",
            "Browse API": "unproven",
        },
    )
    domains = (
        "ebay.com", "ebay.de", "ebay.co.uk", "ebay.fr", "ebay.it", "ebay.es", "ebay.ca", "ebay.com.au", "ebay.at", "ebay.ch", "ebay.nl", "ebay.be",
        "ebay.ie", "ebay.pl", "ebay.com.hk", "ebay.com.sg", "ebay.com.my", "ebay.ph",
    )  # fmt: skip
    readers = (
        Reader(r"^api\.ebay\.com/buy/browse/", read_api),
        Reader(r"/sch/|/b/", read_search),
        Reader(r"/itm/", read_item),
        Reader(r"/(?:str|usr)/[^/?]", read_store),
    )

    @staticmethod
    def screen(page: Page) -> None:
        """The bot wall in its two forms, an edge's error page, log-in pages, and listings that are no more."""
        title = one_line(page.css("title::text").get()) or ""
        if title.startswith("Pardon Our Interruption"):
            raise wall("bot-check")
        if title.startswith("Security Measure") or "splashui/captcha" in page.url:
            raise wall("captcha")
        if "Zero size object" in page.text[:4000]:
            raise Ending(Outcome.FAILED, "edge-error")
        if page.host.startswith("signin."):
            raise wall("login")
        if title.startswith("Error Page") or "error_page" in page.url:
            raise gone("not-found")
