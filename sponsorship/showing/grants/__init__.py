"""What was given, as other places compare it: grants in the shape of the 360Giving Data Standard.

Every pledge of money that an authority accepted is a grant, from whoever gives to whoever carries
out the project. Gifts in kind are none, by that standard; people who give are not named at all.
"""
