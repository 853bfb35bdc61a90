"""Answers that the reports found give by themselves: verdicts, names, differences, events in order."""
