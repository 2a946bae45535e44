"""A crawl on the live web: the walk and where it goes on, manners, robots.txt, pace, the browser, the archive first."""
