"""The window: what is true (`state`), what is shown of it (`view` and those it calls), how that is
drawn (`drawing`), and what a press brings about (`conduct`).

Only `drawing` and what it is made of know tkinter; everything else is plain data, tested without a
screen.
"""
