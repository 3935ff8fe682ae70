"""Where need is highest: indicators on one scale, in one score, with the band of every rank."""
