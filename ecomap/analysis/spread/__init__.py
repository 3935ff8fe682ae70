"""Steps that are sums over areas or pairs, part by part: what each part gives, and how the parts are put together. Numbers only."""
