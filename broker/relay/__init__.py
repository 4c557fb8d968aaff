"""The relay: carries pictures from customers to reps and input back, in a process of its own.

It needs no database. The broker hands out signed leases and withdraws them; without a broker, input
stops within seconds and a picture goes on for minutes.
"""
