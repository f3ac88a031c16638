// SPDX-License-Identifier: GPL-2.0-only
/*
 * merge, unref and purge of the invalidation arrays, for every array of FIRST entries and every other one of SECOND:
 * entries, users and ATS or not as they like, trash at any place, memory or none. What comes out is sorted, has no entry
 * twice, the users exactly, and ATS entries last; so it is what these functions may be given again, and all of it holds
 * for any sequence of calls.
 *
 * scripts/prove-arrays takes driver.h and driver.c out of the patched driver. Arrays have PLACES places, so that CBMC
 * sees an access past the longest one. What is past the end of a shorter one is arbitrary, and must not matter.
 */
#include <assert.h>

#include "kernel.h"
#include "driver.h"
#include "driver.c"

u8 nondet_u8(void);
struct arm_smmu_inv nondet_inv(void);

static struct arm_smmu_invs first, second, made;

static bool same(const struct arm_smmu_inv *a, const struct arm_smmu_inv *b)
{
	return a->smmu == b->smmu;
}

static const struct arm_smmu_inv *find(const struct arm_smmu_invs *invs, const struct arm_smmu_inv *key)
{
	const struct arm_smmu_inv *found = NULL;
	u32 i;

	for (i = 0; i < PLACES; i++)
		if (i < invs->num_invs && same(&invs->inv[i], key))
			found = &invs->inv[i];
	return found;
}

static u32 users(const struct arm_smmu_invs *invs, const struct arm_smmu_inv *key)
{
	const struct arm_smmu_inv *inv = find(invs, key);

	return inv ? inv->users : 0;
}

static bool sorted(const struct arm_smmu_invs *invs)
{
	bool good = true;
	u32 i;

	for (i = 1; i < PLACES; i++)
		good &= i >= invs->num_invs || invs->inv[i - 1].smmu < invs->inv[i].smmu;
	return good;
}

static u32 trash(const struct arm_smmu_invs *invs)
{
	u32 i, n = 0;

	for (i = 0; i < PLACES; i++)
		n += i < invs->num_invs && !invs->inv[i].users;
	return n;
}

/* Where the ATS entries begin, or the end. */
static u32 ats(const struct arm_smmu_invs *invs)
{
	u32 i, n = 0;

	for (i = 0; i < PLACES; i++)
		n += i < invs->num_invs && !ARM_SMMU_INV_IS_ATS(invs->inv[i].type);
	return n;
}

/* Which entries these are does not change, but those at the end may no longer be in use. */
static bool right_first_ats(const struct arm_smmu_invs *invs)
{
	return invs->first_ats >= invs->num_invs ? ats(invs) == invs->num_invs : ats(invs) == invs->first_ats;
}

/* What has to hold of every array, before and after. */
static bool whole(const struct arm_smmu_invs *invs)
{
	return invs->num_invs <= invs->max_invs && sorted(invs) && invs->num_trash == trash(invs) &&
	       right_first_ats(invs);
}

/*
 * Of the order the functions know what arm_smmu_inv_cmp() says, which order() below looks at, so that a key can be a number:
 * KEYS of them are more than two arrays have, in any order among each other. From some key on they are ATS ones.
 */
#define KEYS 16
static u8 first_ats_key;

static struct arm_smmu_inv any_entry(void)
{
	struct arm_smmu_inv inv = {
		.smmu = nondet_u8() % KEYS,
		.cmd = nondet_u8() % 2,
		.users = nondet_u8() % 4,
	};

	inv.type = inv.smmu >= first_ats_key ? ARM_SMMU_INV_ATS : ARM_SMMU_INV_S1_ASID;
	return inv;
}

static void any_array(struct arm_smmu_invs *invs, u32 entries)
{
	u32 i;

	invs->num_invs = entries;
	invs->max_invs = entries;
	for (i = 0; i < PLACES; i++)
		invs->inv[i] = any_entry();
	invs->num_trash = trash(invs);
	invs->first_ats = ats(invs);
	__CPROVER_assume(sorted(invs));
}

/* The entries of what is merged, or taken away, have users: the driver makes them with one. */
static void any_live_array(struct arm_smmu_invs *invs, u32 entries)
{
	any_array(invs, entries);
	__CPROVER_assume(!invs->num_trash);
}

/* Has this one been made, with as much memory as it may use? */
static bool good_copy(const struct arm_smmu_invs *new)
{
	return new == &made &&whole(new) && !new->num_trash &&allocated == struct_size(new, inv, new->max_invs);
}

/* A total order, 0 for those alone that are alike, and ATS entries last. */
void order(void)
{
	struct arm_smmu_inv a = nondet_inv(), b = nondet_inv(), c = nondet_inv();
	bool alike = a.smmu == b.smmu && a.type == b.type && a.id == b.id && a.ssid == b.ssid;

	assert(!arm_smmu_inv_cmp(&a, &b) == alike);
	assert(arm_smmu_inv_cmp(&a, &b) == -arm_smmu_inv_cmp(&b, &a));
	assert(arm_smmu_inv_cmp(&a, &b) > 0 || ARM_SMMU_INV_IS_ATS(a.type) <= ARM_SMMU_INV_IS_ATS(b.type));
	assert(arm_smmu_inv_cmp(&a, &b) >= 0 || arm_smmu_inv_cmp(&b, &c) >= 0 || arm_smmu_inv_cmp(&a, &c) < 0);
}

void merge(void)
{
	struct arm_smmu_inv key = any_entry();
	const struct arm_smmu_inv *got;
	struct arm_smmu_invs *new;
	u32 users_a, users_b;

	first_ats_key = nondet_u8();
	any_array(&first, FIRST);
	any_live_array(&second, SECOND);
	users_a = users(&first, &key);
	users_b = users(&second, &key);
	next_allocation = &made;
	new = arm_smmu_invs_merge(&first, &second);
	if (no_memory) {
		assert(new == ERR_PTR(-ENOMEM));
		return;
	}
	assert(good_copy(new));
	got = find(new, &key);
	assert(!got == (users_a + users_b == 0));
	assert(!got || got->users == users_a + users_b);
	assert(!got || got->cmd == find(users_b ? &second : &first, &key)->cmd);
}

/* Of anything. The driver takes away what it has added: it does so, and nothing warns. Else it warns, and takes none of the entry. */
void unref(void)
{
	struct arm_smmu_inv key = any_entry();
	bool right = true;
	u32 had, takes, i;

	first_ats_key = nondet_u8();
	any_array(&first, FIRST);
	any_live_array(&second, SECOND);
	had = users(&first, &key);
	takes = users(&second, &key);
	for (i = 0; i < PLACES; i++)
		right &= i >= second.num_invs || users(&first, &second.inv[i]) >= second.inv[i].users;
	arm_smmu_invs_unref(&first, &second);
	assert(!warnings == right);
	assert(whole(&first));
	assert(users(&first, &key) == had - (takes <= had ? takes : 0));
	assert(!first.num_invs || first.inv[first.num_invs - 1].users);
	assert(sorted(&second));
	assert(!find(&second, &key) == !(takes && takes == had));
}

void purge(void)
{
	struct arm_smmu_inv key = any_entry();
	struct arm_smmu_invs *new;
	u32 had;

	first_ats_key = nondet_u8();
	any_array(&first, FIRST);
	had = users(&first, &key);
	next_allocation = &made;
	new = arm_smmu_invs_purge(&first);
	if (!first.num_trash || no_memory) {
		assert(!new);
		return;
	}
	assert(good_copy(new) && new->max_invs == new->num_invs);
	assert(users(new, &key) == had);
}
