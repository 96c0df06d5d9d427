"""The rules T01 to T48, one file per family."""
