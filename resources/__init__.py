"""Data only: models with their cards, fonts, icons, style sheets and default settings."""
