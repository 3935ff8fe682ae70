"""Open Referral directories (HSDS 3 JSON, HSDS 1.1 and 2.0 tables, Ohana tables) as rows of the inventory."""
