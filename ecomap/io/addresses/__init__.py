"""Places from addresses, without sending them away: address ranges of a county, and what an address says."""
