"""Outlets on screen: a unit's gateway folder and the alarms of its registers, read only."""
