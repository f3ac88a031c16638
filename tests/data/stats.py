# SPDX-License-Identifier: GPL-2.0-only
#
# What SciPy says of samples with ties, and of large ones, for
# tests/unit/judge/test_stats.c. Not run by the tests:
#   python3 tests/data/stats.py >tests/data/stats-scipy.json
# Made with SciPy 1.10.1 and NumPy 1.24.2.
import json
import sys

import numpy
import scipy
from scipy import stats


def exact_with_ties(a, b):
    """Two-sided p by all ways to deal the values out: mannwhitneyu() has no exact test with ties."""
    ranks = stats.rankdata(a + b)
    expected = len(a) * (len(ranks) + 1) / 2
    test = stats.permutation_test(
        (ranks[:len(a)], ranks[len(a):]), lambda x, y: abs(x.sum() - expected), n_resamples=numpy.inf, alternative="greater"
    )
    return test.pvalue


def asymptotic(a, b):
    return stats.mannwhitneyu(a, b, alternative="two-sided", method="asymptotic", use_continuity=True).pvalue


def formula(n, step, modulus, offset):
    """Spread over 0 to modulus - 1, with ties where n exceeds it; the test makes the same."""
    return [(i * step) % modulus + offset for i in range(n)]


def large(n, m, modulus, offset):
    a, b = formula(n, 7919, modulus, 0), formula(m, 104729, modulus, offset)
    row = {"n": n, "m": m, "modulus": modulus, "offset": offset, "p": asymptotic(a, b),
           "median_a": float(numpy.median(a)), "median_b": float(numpy.median(b))}
    if n * m <= 10**7:
        differences = numpy.sort(numpy.subtract.outer(numpy.array(b, float), numpy.array(a, float)).ravel())
        sigma = (n * m * (n + m + 1) / 12) ** 0.5
        cut = int(n * m / 2 + stats.norm.ppf(0.005) * sigma + 0.5)
        row |= {"shift": float(numpy.median(differences)), "interval_99": [differences[cut - 1], differences[n * m - cut]]}
    return row


def main():
    random = numpy.random.default_rng(1947)
    tied = []
    for n, m, kinds in ((3, 4, 2), (4, 4, 3), (5, 7, 4), (8, 8, 5), (8, 8, 12), (8, 6, 3)):
        a = [int(x) for x in random.integers(0, kinds, n)]
        b = [int(x) for x in random.integers(0, kinds, m) + kinds // 3]
        tied.append({"a": a, "b": b, "p": exact_with_ties(a, b)})
    approximate = []
    for n, m, kinds in ((40, 40, 1000), (50, 30, 7), (33, 120, 3)):
        a = [int(x) for x in random.integers(0, kinds, n)]
        b = [int(x) for x in random.integers(0, kinds, m) + kinds // 5]
        approximate.append({"a": a, "b": b, "p": asymptotic(a, b)})
    json.dump(
        {
            "source": f"SciPy {scipy.__version__}, NumPy {numpy.__version__}, tests/data/stats.py",
            "tied": tied,
            "approximate": approximate,
            "large": [large(1500, 1200, 10007, 40), large(2500, 2000, 101, 1), large(50000, 50000, 10007, 60)],
        },
        sys.stdout,
        indent=1,
    )
    print()


main()
