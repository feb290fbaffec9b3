"""Compiled kernels: loops on arrays that run without the interpreter's lock. Imported where training starts."""
