"""Cures: vectors less anisotropic, and less biased; one transform a file, links of the same chains as `compress`."""
