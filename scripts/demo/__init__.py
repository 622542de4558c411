"""The demo shop: a Vietnamese retailer, simulated from a seed."""
