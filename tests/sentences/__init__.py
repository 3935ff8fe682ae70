"""Every sentence that an answer can say, reviewed: `reviewed.csv`, and the projects that are asked for it."""
