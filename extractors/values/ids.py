"""Times and numbers that platforms' ids carry."""

from __future__ import annotations

from extractors.records import Moment
from extractors.values.moments import epoch

BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
BASE58 = "FcwAPNKTMug3GV5Lj7EJnHpWsx4tb8haYeviqBz6rkCy12mUSDQX9RdoZf"
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


def shortcode(number: int) -> str:
    """The shortcode of a post's number."""
    letters = ""
    while number:
        number, place = divmod(number, 64)
        letters = BASE64URL[place] + letters
    return letters


def tiktok_moment(video_id: str) -> Moment | None:
    """The time in a TikTok id, some seconds before the post's own."""
    return epoch(int(video_id) >> 32)


def bilibili_bv(aid: int) -> str:
    """The BV number of a video's AV number; raises ValueError for what is none."""
    if not 0 < aid < 1 << 51:
        raise ValueError(f"no AV number: {aid}")
    number, letters = (1 << 51 | aid) ^ 23_442_827_791_579, []
    while number:
        number, place = divmod(number, 58)
        letters.append(BASE58[place])
    made = ["B", "V", "1", *reversed(letters)]
    made[3], made[9] = made[9], made[3]
    made[4], made[7] = made[7], made[4]
    return "".join(made)


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
