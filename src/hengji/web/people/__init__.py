"""Organisations, accounts and who belongs where."""
