"""What runs in the child: standard library and torch alone, plain files that any Python from 3.9 on can run.

Shape legend, a suffix of names: T tokens, D hidden size, K elements of a row, R rows, N blocks, B bytes of a block,
H query heads, G KV heads, C cached tokens, L the latent cache's rank, E routed experts, F their width.
"""
