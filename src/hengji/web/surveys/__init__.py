"""Satisfaction surveys: a questionnaire, a link or paper, the response rate, and the result as records of a register."""
