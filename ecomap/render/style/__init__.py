"""A style resolved once: classes, colours, symbols, patterns and the legend that tells them."""
