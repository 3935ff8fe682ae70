"""How the window looks: tokens, style sheet, icons and small parts."""
