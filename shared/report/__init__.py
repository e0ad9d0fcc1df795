"""The daily report: what happened to people's MFA on a day, and how complete that is (pure)."""
