"""The scheduler: the timetable's jobs, each in a process of its own."""
