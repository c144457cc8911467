"""notebooks/authoring.ipynb, made from source.py beside this file.

python -m scripts.authoring            write it
python -m scripts.authoring --check    write nothing; exit 1 if it differs
"""
