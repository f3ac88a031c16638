/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sentence.h - why something did not work, for people.
 *
 * What may fail for a reason that a user should read takes a struct sentence
 * *why as its last argument, and returns 0 or a negative errno. Only with an error is
 * there a sentence: one line, without a full stop, that says what, where and
 * what to do. Whoever is called by main() prints it; the rest passes it on.
 */
#ifndef INVBENCH_SENTENCE_H
#define INVBENCH_SENTENCE_H

#define SENTENCE_BYTES 1024 /* longer ones are cut */

struct sentence {
	char text[SENTENCE_BYTES];
};

/* Writes it and returns @err: return sentence(why, -EINVAL, "%s: line %zu: ...", ...); */
int sentence(struct sentence *why, int err, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
