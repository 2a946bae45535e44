"""From a fetched page to a test case: its structure and the shapes of its values, with every text, name and id invented."""
