"""The hosted way: links, one walled server a candidate, and the proxy before them."""
