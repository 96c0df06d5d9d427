"""The official arithmetic: weights, points, totals, grades, lights, with workings for every line.

Pure: it is handed actual values and never asks where they came from.
"""
