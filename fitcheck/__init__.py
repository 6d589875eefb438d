"""FitCheck: will DeepSeek-R1 run on this machine, and with exactly which settings?"""

__version__ = "0.1.0"
