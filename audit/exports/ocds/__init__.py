"""Open contracting: what was tendered, to whom it went and what was paid, as OCDS 1.1.5.

Every tender is a contracting process. Each of its steps in the public record is a release, whose
number is that of the step; what stands in a release is what was known then, and stays.
"""
