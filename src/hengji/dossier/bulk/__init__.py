"""Many documents: read, reviewed and compared in one run that outlives a broken file and a kill.

`run` is the whole; its worker processes import `worker` and nothing that writes tables.
"""
