"""Code versions that are computed: a hash of a function and of all the code of the project that it can reach.

The rule of this folder: never tell that two codes are the same where they may not be. What cannot be followed
is noted as a problem, and code with a problem has no version that ever counts as up to date. What is hashed are
the objects as they are loaded, not files: the file may have changed since.
"""
