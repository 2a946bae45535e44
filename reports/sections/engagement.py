"""What own posts get: means over common parts, rates, equal age, and posts that broke out."""

from __future__ import annotations

from collections import defaultdict

from reports.document import Block, Cell, Note, Section, Table
from reports.intervals import above
from reports.metrics.engagement import AGES
from reports.plots import Plot, Point, Series
from reports.sections.base import Story, interval_of


def section(story: Story) -> Section | None:
    """Engagement of own posts."""
    words, figure = story.words, story.figures["engagement"]
    if not any(value.interval for value in figure.values):
        return None
    first = next(value for value in figure.values if value.interval)
    parts, platforms = first.beside["parts"], first.beside["platforms"]
    named = words(
        "note.own_parts",
        parts=part_list(story, parts),
        platforms=words.list([story.platform(name) for name in platforms]),
    )
    if first.beside["left_out"]:
        named += " " + words(
            "note.left_out", platforms=words.list([story.platform(name) for name in first.beside["left_out"]])
        )
    blocks: list[Block] = [means(story), Note(named), by_platform(story), Note(words("note.platform_parts"))]
    ages = equal_age(story)
    if ages is not None:
        blocks += [ages, Note(words("note.equal_age"))]
    out = breakouts(story)
    if out is not None:
        blocks.append(out)
    return Section("engagement", words("section.engagement"), finding(story), tuple(blocks))


def part_list(story: Story, parts: list[str]) -> str:
    """The parts' names as a list."""
    return story.words.list([story.words(f"part.{part}") for part in parts])


def finding(story: Story) -> str:
    """What a post of the brand gets, and whether that is surely more than others'."""
    words, figure = story.words, story.figures["engagement"]
    brand = story.brand(story.scope.brand)
    means_of = {value.of[0]: interval_of(value.beside.get("mean")) for value in figure.values}
    mine = means_of.get(story.scope.brand)
    if mine is None:
        return words("finding.engagement_none", brand=brand)
    value = figure.find(story.scope.brand)
    parts = part_list(story, value.beside["parts"] if value else [])
    others = [(key, one) for key, one in means_of.items() if key != story.scope.brand and one]
    key = "engagement_some"
    if others:
        key = "engagement_best" if all(above(mine, other) for _, other in others) else "engagement_beside"
    beside = [words("sentence.other", brand=story.brand(key), value=words.best(one, "mean")) for key, one in others]
    return words(f"finding.{key}", brand=brand, mean=f"{words.best(mine, 'mean')} {parts}", others=words.list(beside))


def means(story: Story) -> Plot:
    """The mean of a post by brand."""
    words, figure = story.words, story.figures["engagement"]
    told = [(value.of[0], interval_of(value.beside.get("mean")), value) for value in figure.values]
    parts = next(value.beside["parts"] for _, mean, value in told if mean)
    items = [
        words("chart.describe_item", name=story.brand(key), value=words.both(mean, "mean")) for key, mean, _ in told
    ]
    return Plot(
        kind="intervals",
        title=words("chart.means", parts=part_list(story, parts)),
        describe="; ".join(items),
        unit="mean",
        series=tuple(Series(story.place(key), story.brand(key), (Point("", mean),)) for key, mean, _ in told),
        figure=figure.id,
    )


def by_platform(story: Story) -> Table:
    """Posts, the mean of a post with its parts, and both rates."""
    words, figure = story.words, story.figures["engagement-by-platform"]
    rows = []
    for value in figure.values:
        mean = interval_of(value.beside.get("mean"))
        rate = story.figures["engagement-rate"].find(*value.of)
        whole = story.figures["account-rate"].find(*value.of)
        basis = words(f"basis.{rate.beside['basis']}") if rate else ""
        rows.append(
            (
                Cell(story.platform(value.of[1]), small=part_list(story, value.beside["parts"])),
                story.brand_cell(value.of[0]),
                Cell(words.number(value.n), number=value.n),
                Cell(words.best(mean, "mean"), words.range(mean, "mean"), number=mean.best if mean else None, unit="mean", interval=mean, weak="too-few" in value.notes),
                story.cell(rate, "rate"),
                story.cell(whole, "rate"),
                Cell(basis),
            )
        )  # fmt: skip
    columns = ("platform", "brand", "posts", "mean", "rate", "account_rate", "basis")
    return Table(
        words("table.engagement_title"),
        tuple(words(f"table.{name}") for name in columns),
        tuple(rows),
        figure.id,
        heads=2,
    )


def equal_age(story: Story) -> Table | None:
    """Medians by platform, brand and age."""
    words, figure = story.words, story.figures["equal-age"]
    if not figure.values:
        return None
    # An age at which no brand has enough posts tells nothing and hides the others.
    told = {value.of[2] for value in figure.values if value.interval and "too-few" not in value.notes}
    ages = [age for age in AGES if age in told]
    if not ages:
        return None
    pairs: dict[tuple[str, str], None] = defaultdict(lambda: None)
    enough = {value.of[1] for value in figure.values if value.interval and "too-few" not in value.notes}
    for value in figure.values:
        if value.of[1] in enough:
            pairs[value.of[1], value.of[0]] = None
    rows = [
        (
            Cell(story.platform(platform)),
            story.brand_cell(brand),
            *(story.cell(figure.find(brand, platform, age), "mean") for age in ages),
        )
        for platform, brand in pairs
    ]
    return Table(
        words("table.equal_age"),
        (words("table.platform"), words("table.brand"), *(words(f"age.{age}") for age in ages)),
        tuple(rows),
        figure.id,
        heads=2,
    )


def breakouts(story: Story) -> Table | None:
    """The posts that stand out most."""
    words, figure = story.words, story.figures["breakout"]
    if not figure.values:
        return None
    rows = []
    for value in figure.values[:8]:
        beside = value.beside
        got = interval_of(beside["engagement"])
        rows.append(
            (
                story.brand_cell(value.of[0]),
                Cell(story.platform(value.of[1]), link=beside["url"]),
                Cell(words(f"age.{beside['age']}")),
                Cell(words.best(got, "engagement"), words.range(got, "engagement"), number=got.best if got else None, interval=got),
                Cell(words.number(beside["usual"]), number=beside["usual"]),
                story.cell(value, "z"),
            )
        )  # fmt: skip
    columns = ("brand", "post", "age", "engagement", "usual", "z")
    return Table(
        words("table.breakouts"), tuple(words(f"table.{name}") for name in columns), tuple(rows), figure.id, heads=3
    )
