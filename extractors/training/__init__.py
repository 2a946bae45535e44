"""Recipes: each module remakes the model of its name from the data sets, and writes its card.

Only ``scrapy train`` imports them; they need the extra ``train`` (scikit-learn), those of networks ``tune`` (torch).
"""
