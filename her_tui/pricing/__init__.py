"""What a response cost: the only room with genai-prices, and nothing of it is imported until asked.

In: a model's name, a time, token counts. Out: US dollars, or None where the price is not known;
a guess is never made.
"""
