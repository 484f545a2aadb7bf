"""The measured claims: each figure printed beside what it is compared with, in one run."""
