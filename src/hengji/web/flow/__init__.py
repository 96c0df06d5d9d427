"""The work between people: who has what on the desk, steps taken and returned, and the log of acts."""
