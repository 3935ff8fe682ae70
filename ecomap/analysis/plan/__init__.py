"""Which schools next: ranked with a band, and planned under a budget and an equity floor."""
