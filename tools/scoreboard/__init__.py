"""The scoreboard: every recording replayed against us and our peers, judged alike, and told in docs/scoreboard.md."""
