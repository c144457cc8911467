"""From an author's folder to the photographs that candidates and the proctor get."""
