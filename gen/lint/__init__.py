"""Real kernel trees: what is wrong in them, one module a rule.

`run` goes from a tree to findings; `source` and `facts` are what rules look at, `pair` and `order` what they ask.
"""
