# SPDX-License-Identifier: GPL-2.0-only
#
# What R says of samples, for tests/unit/judge/test_stats.c. Not run by the tests:
#   Rscript tests/data/stats.R >tests/data/stats-r.json
# Made with R 4.2.2, package stats: wilcox.test() and p.adjust().

numbers <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ", "), "]")

sample_of <- function(n, spread) round(rnorm(n, 1000, spread), 6)

# Without ties, so that R's test and interval are exact; R's differences are first minus second.
pair <- function(a, b, exact) {
	ours <- function(level) wilcox.test(b, a, exact = exact, conf.int = TRUE, conf.level = level)
	cat(sprintf('  { "a": %s,\n    "b": %s,\n    "p": %.17g, "shift": %.17g, "interval_99": %s, "interval_90": %s }',
		numbers(a), numbers(b), ours(0.99)$p.value, ours(0.99)$estimate, numbers(ours(0.99)$conf.int), numbers(ours(0.90)$conf.int)))
}

set.seed(1947)
cat('{\n "source": "', R.version.string, ', wilcox.test() and p.adjust(), tests/data/stats.R",\n "pairs": [\n', sep = "")
sizes <- list(c(5, 5), c(8, 8), c(8, 9), c(12, 8), c(16, 16), c(24, 30), c(32, 32))
for (i in seq_along(sizes)) {
	for (shift in c(0, 15)) {
		if (i > 1 || shift > 0) cat(",\n")
		pair(sample_of(sizes[[i]][1], 10), sample_of(sizes[[i]][2], 25) + shift, TRUE)
	}
}
# Above STATS_EXACT_MAX, by R still exact: what the approximation has to come near.
cat('\n ],\n "large": [\n')
sizes <- list(c(33, 32), c(40, 60), c(90, 90))
for (i in seq_along(sizes)) {
	if (i > 1) cat(",\n")
	pair(sample_of(sizes[[i]][1], 10), sample_of(sizes[[i]][2], 12) + 5, TRUE)
}
cat('\n ],\n "holm": [\n')
for (n in c(2, 6, 6, 12)) {
	p <- round(rbeta(n, 0.4, 2), 7)
	cat(sprintf('  { "p": %s,\n    "adjusted": %s }%s\n', numbers(p), numbers(p.adjust(p, "holm")), if (n < 12) "," else ""))
}
cat(" ]\n}\n")
