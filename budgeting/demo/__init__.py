"""The fictional sub-district of Xinghe, in which newcomers try the platform out."""
