"""The direct path: the picture and its input between customer and rep without a relay."""
