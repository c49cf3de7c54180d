"""Reporting: judgements become a score, and the score a screen, JSON, JUnit XML or Markdown."""
