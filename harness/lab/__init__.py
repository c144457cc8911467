"""Zone S: the candidate's Jupyter server and its recorder. Holds no key and no answer."""
