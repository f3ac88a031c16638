// SPDX-License-Identifier: GPL-2.0-only
/* What a kernel refuses to root as well, by what it says of itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_sysfs.h"
#include "lockdown.h"

static struct sentence why;

static int setup(void **state)
{
	fake_setup(state);
	lockdown_root = fake_root;
	return 0;
}

static void a_kernel_without_any_refuses_nothing(void **state)
{
	assert_false(lockdown_of_modules(&why));
	assert_false(lockdown_of_probes());
	fake_file("[none] integrity confidentiality\n", "sys/kernel/security/lockdown");
	fake_file("N\n", "sys/module/module/parameters/sig_enforce");
	assert_false(lockdown_of_modules(&why));
	assert_false(lockdown_of_probes());
}

static void integrity_refuses_modules_and_lets_probes(void **state)
{
	fake_file("none [integrity] confidentiality\n", "sys/kernel/security/lockdown");
	assert_true(lockdown_of_modules(&why));
	assert_string_equal(why.text, "lockdown=integrity, as with Secure Boot");
	assert_false(lockdown_of_probes());
}

static void confidentiality_refuses_both(void **state)
{
	fake_file("none integrity [confidentiality]\n", "sys/kernel/security/lockdown");
	assert_true(lockdown_of_modules(&why));
	assert_string_equal(why.text, "lockdown=confidentiality, as with Secure Boot");
	assert_true(lockdown_of_probes());
}

static void signatures_alone_refuse_modules(void **state)
{
	fake_file("Y\n", "sys/module/module/parameters/sig_enforce");
	assert_true(lockdown_of_modules(&why));
	assert_string_equal(why.text, "module.sig_enforce=1");
	assert_false(lockdown_of_probes());
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_kernel_without_any_refuses_nothing),
		TEST(integrity_refuses_modules_and_lets_probes),
		TEST(confidentiality_refuses_both),
		TEST(signatures_alone_refuse_modules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
