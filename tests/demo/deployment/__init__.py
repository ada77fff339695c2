"""The deployment that Ledgerline was made for, one file a service.

Each file has `fill(session, account)`, which makes its part, and `PLANTED`: what is wrong on purpose there, as rule, name
of the resource, and what was done. What is not planted is as it should be. `names` holds what several of them speak of.
"""
