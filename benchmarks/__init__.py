"""Speed and memory against targets, as ratios within one run."""
