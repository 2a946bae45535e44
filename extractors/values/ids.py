"""Times and numbers that platforms' ids carry."""

from __future__ import annotations

from extractors.records import Moment
from extractors.values.moments import epoch

BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
BASE58 = "fZodR9XQDSUm21yCkr6zBqiveYah8bt4xsWpHnJE7jL5VG3guMTKNAPwcF"
BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def x_moment(status_id: str) -> Moment | None:
    """The time in an X status id (a snowflake since November 2010); None for older ids."""
    number = int(status_id)
    return epoch(((number >> 22) + 1_288_834_974_657) / 1000) if number >> 22 > 10_000 else None


def mastodon_moment(status_id: str) -> Moment | None:
    """The time in the id of a Mastodon status (of that form since late 2017); None for ids from before, and other ones."""
    return epoch((int(status_id) >> 16) / 1000) if status_id.isdecimal() and 16 < len(status_id) < 20 else None


def linkedin_moment(activity_id: str) -> Moment | None:
    """The time in a LinkedIn activity id."""
    return epoch((int(activity_id) >> 22) / 1000)


def shortcode_moment(shortcode: str) -> Moment | None:
    """The time in an Instagram or Threads shortcode; raises ValueError for one that is none."""
    number = 0
    for letter in shortcode[:11]:
        number = number * 64 + BASE64URL.index(letter)
    return epoch(((number >> 23) + 1_314_220_021_721) / 1000)


def tiktok_moment(video_id: str) -> Moment | None:
    """The time in a TikTok id, some seconds before the post's own."""
    return epoch(int(video_id) >> 32)


def bilibili_bv(aid: int) -> str:
    """The BV number of an AV number, which a video bore alone until March 2020; raises ValueError for a later one."""
    if not 0 < aid < 2**30:
        raise ValueError(f"no AV number: {aid}")
    number, letters = (aid ^ 177_451_812) + 8_728_348_608, list("BV1--4-1-7--")
    for power, place in enumerate((11, 10, 3, 8, 4, 6)):
        letters[place] = BASE58[number // 58**power % 58]
    return "".join(letters)


def weibo_id(base62: str) -> str:
    """The numeric Weibo id of a base-62 one: groups of 4 from the right are 7 digits each."""
    groups = [base62[max(end - 4, 0) : end] for end in range(len(base62), 0, -4)][::-1]
    numbers = []
    for group in groups:
        number = 0
        for letter in group:
            number = number * 62 + BASE62.index(letter)
        numbers.append(number)
    return str(numbers[0]) + "".join(f"{number:07d}" for number in numbers[1:])
