"""The little public web that ``make demo`` and the tests crawl: a world made from a seed, and its pages in each platform's layout."""
