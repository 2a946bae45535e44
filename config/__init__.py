"""Settings, environment, watchlist and timetable: what the operator decides."""
