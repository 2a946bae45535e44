"""What ids carry: each line an id and what was published beside it, with where that was seen."""

from __future__ import annotations

import pytest

from extractors.records import Moment
from extractors.values.ids import (
    bilibili_bv,
    linkedin_moment,
    mastodon_moment,
    shortcode,
    shortcode_moment,
    weibo_id,
    x_moment,
)


@pytest.mark.parametrize(
    ("made", "at"),
    [
        (x_moment("1050118621198921728"), "2018-10-10T20:19:24Z"),  # the example of X's data dictionary
        (x_moment("20"), None),  # the first post of all: ids carried no time yet
        (linkedin_moment("7410643423461978113"), "2025-12-27T11:31:15Z"),  # its page's datePublished
        (shortcode_moment("DSVRshjkbtK"), "2025-12-16T17:18:28Z"),  # its page's taken_at
        (mastodon_moment("103270115826048975"), "2019-12-08T03:48:33Z"),  # the example of Mastodon's documents
        (mastodon_moment("4712"), None),  # ids of 2016 and 2017 count up
        (mastodon_moment("9vOkEPhJQOYtNHqEIS"), None),  # Pleroma's
    ],
)
def test_time_in_an_id(made: Moment | None, at: str | None) -> None:
    assert (made.as_json() if made else None) == at


@pytest.mark.parametrize(
    ("aid", "bvid"),
    [(170001, "BV17x411w7KC"), (85440373, "BV117411r7R1"), (111298867365120, "BV1L9Uoa9EUx")],
)
def test_bv_number_of_an_av_number(aid: int, bvid: str) -> None:
    assert bilibili_bv(aid) == bvid


@pytest.mark.parametrize("aid", [0, -1, 2**51])
def test_what_is_no_av_number_has_no_bv_number(aid: int) -> None:
    with pytest.raises(ValueError, match="no AV number"):
        bilibili_bv(aid)


def test_shortcode_of_a_number() -> None:
    # A link to the app and the address of one page of 2021.
    assert shortcode(2569264890088593589) == "COn3M4TnRi1"


def test_number_of_a_base_62_id_of_weibo() -> None:
    assert weibo_id("z0JH2lOMb") == "3501756485200075"
