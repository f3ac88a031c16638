// SPDX-License-Identifier: GPL-2.0-only
/*
 * The client of the kernel half: what it says of a module that is not there or is
 * another, and what it makes of the list of endpoints.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_half.h"
#include "half.h"

static struct sentence why;

static int setup(void **state)
{
	memset(&why, 0, sizeof(why));
	fake_half_load(0);
	return 0;
}

static void a_missing_module_is_told(void **state)
{
	fake_half.open_errno = ENOENT;
	assert_int_equal(half_open(&why), -ENOENT);
	assert_string_equal(why.text,
			    "cannot open /dev/invbench (No such file or directory); load the module invbench.ko");
	fake_half.open_errno = EACCES;
	assert_int_equal(half_open(&why), -EACCES);
	assert_string_equal(why.text, "cannot open /dev/invbench (Permission denied); run as root");
}

static void another_module_is_refused(void **state)
{
	unsigned int before = open_descriptors();

	fake_half.abi = INVBENCH_ABI + 1;
	assert_int_equal(half_open(&why), -EPROTO);
	assert_string_equal(why.text, "the loaded invbench.ko is not of this program; load the one built with it");
	setup(NULL);
	fake_half.refuse = INVBENCH_INFO;
	fake_half.refuse_errno = EFAULT;
	assert_int_equal(half_open(&why), -EPROTO);
	assert_int_equal(open_descriptors(), before);
}

static void endpoints_are_listed(void **state)
{
	struct endpoints list;
	int fd = half_open(&why);

	fake_half_add("a", "smmu0", INVBENCH_EP_PCI);
	fake_half_add("b", "smmu1", INVBENCH_EP_ATS);
	assert_int_equal(half_endpoints(fd, &list), 0);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.ep[1].name, "b");
	assert_int_equal(list.ep[1].flags, INVBENCH_EP_ATS);
	fake_half.refuse = INVBENCH_ENDPOINT;
	fake_half.refuse_errno = EFAULT;
	assert_int_equal(half_endpoints(fd, &list), -EFAULT);
	close(fd);
}

static void a_list_that_changes_is_read_again(void **state)
{
	struct endpoints list;
	int fd = half_open(&why);

	fake_half_add("a", "smmu0", INVBENCH_EP_PCI);
	fake_half_add("b", "smmu1", INVBENCH_EP_ATS);
	fake_half.changes = 3;
	assert_int_equal(half_endpoints(fd, &list), 0);
	assert_int_equal(list.ep[0].generation, fake_half.ep[0].generation);
	fake_half.changes = 1000000;
	assert_int_equal(half_endpoints(fd, &list), -EAGAIN);
	close(fd);
}

static void an_endpoint_is_found_again(void **state)
{
	struct invbench_endpoint ep;
	int fd = half_open(&why);

	fake_half_add("a", "smmu0", 0);
	fake_half_add("b", "smmu1", 0);
	ep = fake_half.ep[1];
	fake_half.ep[1].flags = INVBENCH_EP_ATTACHED;
	assert_int_equal(half_endpoint_now(fd, &ep), 0);
	assert_int_equal(ep.flags, INVBENCH_EP_ATTACHED);
	fake_half_anew(1);
	assert_int_equal(half_endpoint_now(fd, &ep), -ESTALE);
	assert_string_equal(half_error(ESTALE), "it went away meanwhile, even if its device is back");
	close(fd);
}

static void as_many_as_there_can_be(void **state)
{
	struct endpoints list;
	int fd = half_open(&why);

	for (unsigned int i = 0; i < INVBENCH_MAX_ENDPOINTS; i++)
		fake_half_add("x", "smmu0", 0);
	assert_int_equal(half_endpoints(fd, &list), 0);
	assert_int_equal(list.count, INVBENCH_MAX_ENDPOINTS);
	close(fd);
}

/* Instances count with all their endpoints, devices only while nobody uses them. */
static void what_there_is_at_most(void **state)
{
	unsigned int devices = 9, instances = 9, before = open_descriptors();

	fake_half.open_errno = ENOENT;
	half_most(&devices, &instances);
	assert_int_equal(devices, 0);
	assert_int_equal(instances, 0);
	setup(NULL);
	fake_half_add("a", "smmu0", 0);
	fake_half_add("b", "smmu1", 0);
	fake_half_add("c", "smmu0", INVBENCH_EP_BOUND);
	fake_half_add("d", "smmu1", INVBENCH_EP_ATS);
	fake_half_add("e", "smmu2", INVBENCH_EP_CLAIMED);
	half_most(&devices, &instances);
	assert_int_equal(devices, 2);
	assert_int_equal(instances, 3);
	assert_int_equal(open_descriptors(), before);
}

static void who_uses_an_endpoint(void **state)
{
	const uint32_t uses[] = { INVBENCH_EP_ATTACHED, INVBENCH_EP_BOUND, INVBENCH_EP_CLAIMED };
	unsigned int before = open_descriptors();

	fake_half_add("a", "smmu0", 0);
	assert_int_equal(half_endpoint_in_use("a", &why), 0);
	assert_int_equal(half_endpoint_in_use("b", &why), 0);
	for (size_t i = 0; i < 3; i++) {
		fake_half.ep[0].flags = uses[i];
		assert_int_equal(half_endpoint_in_use("a", &why), 1);
		assert_string_equal(why.text, "an invbench that runs has it");
		assert_int_equal(half_endpoint_in_use("b", &why), 0);
	}
	/* Without a kernel half nobody has one; one that cannot be asked may have it. */
	fake_half.open_errno = ENOENT;
	assert_int_equal(half_endpoint_in_use("a", &why), 0);
	fake_half.open_errno = EACCES;
	assert_int_equal(half_endpoint_in_use("a", &why), -EACCES);
	fake_half.open_errno = 0;
	fake_half.refuse = INVBENCH_ENDPOINT;
	fake_half.refuse_errno = EFAULT;
	assert_int_equal(half_endpoint_in_use("a", &why), -EFAULT);
	assert_string_equal(why.text, "the endpoints of the kernel half cannot be listed: Bad address");
	assert_int_equal(open_descriptors(), before);
}

/* One endpoint of each instance is attached, and one sync is done there. */
static void traffic_reaches_each_instance(void **state)
{
	unsigned int before = open_descriptors();

	fake_half_add("a", "smmu0", 0);
	fake_half_add("b", "smmu0", 0);
	fake_half_add("c", "smmu1", 0);
	assert_int_equal(half_traffic(NULL), 0);
	assert_int_equal(fake_half.attaches, 2);
	assert_int_equal(fake_half.attached[0].endpoint, 0);
	assert_int_equal(fake_half.attached[1].endpoint, 2);
	assert_int_equal(fake_half.run.op, INVBENCH_OP_SYNC);
	assert_int_equal(fake_half.run.ops, 1);
	assert_int_equal(fake_half.run.domain, 2);
	fake_half.ep[0].flags = fake_half.ep[2].flags = 0;
	fake_half.refuse = INVBENCH_RUN;
	fake_half.refuse_errno = ENXIO;
	assert_int_equal(half_traffic(NULL), -ENXIO);
	fake_half.open_errno = ENOENT;
	assert_int_equal(half_traffic(NULL), -ENOENT);
	assert_int_equal(open_descriptors(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_missing_module_is_told, setup),
		cmocka_unit_test_setup(another_module_is_refused, setup),
		cmocka_unit_test_setup(endpoints_are_listed, setup),
		cmocka_unit_test_setup(as_many_as_there_can_be, setup),
		cmocka_unit_test_setup(a_list_that_changes_is_read_again, setup),
		cmocka_unit_test_setup(an_endpoint_is_found_again, setup),
		cmocka_unit_test_setup(what_there_is_at_most, setup),
		cmocka_unit_test_setup(who_uses_an_endpoint, setup),
		cmocka_unit_test_setup(traffic_reaches_each_instance, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
