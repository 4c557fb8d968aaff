"""The customer's screen: capturing it, sending it to a relay, and letting a rep's input in.

Capture and encoding run on a thread of their own (`camera.py`), input on another (`control.py`); the
event loop only carries bytes (`uplink.py`). `sharing.py` ties them together.
"""
