// SPDX-License-Identifier: GPL-2.0-only
/*
 * A libFuzzer target: devices of several SMMUs, with several streams, doubled ones and PASIDs, join and leave one domain in any
 * order, memory runs out at times, and ranges of it are invalidated. Beside the driver goes a plain table of who is attached:
 * after each step the domain's array has what the table says and no more, in order, users counted exactly; and what an
 * invalidation sends is what the table asks for, each page once and no other, TLBs before ATCs, a CMD_SYNC behind them.
 *
 * A step is two bytes: what, and to whom.
 */
#include "kernel.h"
#include "driver.h"
#include "queue.h"

struct mutex arm_smmu_asid_lock;
#include "driver.c"

#define SMMUS	    3
#define MASTERS	    6
#define SSIDS	    2
#define ATTACHMENTS (MASTERS * SSIDS)
#define MOST_USERS  3

static const struct {
	unsigned int smmu, num_streams, ids[3];
	bool ats;
} machine[MASTERS] = {
	{ 0, 1, { 5 }, true },	{ 0, 2, { 9, 3 }, true }, { 1, 3, { 7, 7, 1 }, true },
	{ 1, 1, { 2 }, false }, { 2, 1, { 5 }, true },	  { 2, 0, { 0 }, true },
};

static struct arm_smmu_device smmus[SMMUS];
static struct arm_smmu_stream streams[MASTERS][3];
static struct arm_smmu_master masters[MASTERS];
static struct arm_smmu_master_domain attachments[ATTACHMENTS];
static struct arm_smmu_domain domain;

/* The table: how often each is attached. */
static unsigned int attached[ATTACHMENTS];
static unsigned int memory = ~0U;

/* What an invalidation is of; no pages: of all. */
struct range {
	u64 first, pages;
	bool leaf;
};
#define ALL_PAGES (1ULL << ATC_INV_SIZE_ALL)

/* What it has sent, to which SMMU. */
#define MOST_SENT 2048
static struct {
	u64 cmd[CMDQ_ENT_DWORDS];
	unsigned int smmu;
} sent[MOST_SENT];
static unsigned int num_sent;

unsigned int rcu_cpus = 1;
__thread unsigned int this_cpu;

void rcu_synchronize(void)
{
}

void rcu_free(void *pointer)
{
	free(pointer);
}

void *native_alloc(size_t size)
{
	if (!memory)
		return NULL;
	memory--;
	return calloc(1, size);
}

static void check(bool right, const char *what)
{
	if (right)
		return;
	fprintf(stderr, "the array and the table differ: %s\n", what);
	abort();
}

static bool has_stream(unsigned int master, u32 sid)
{
	unsigned int i;

	for (i = 0; i < machine[master].num_streams; i++)
		if (machine[master].ids[i] == sid)
			return true;
	return false;
}

/* How many attachments ask for what this entry invalidates. */
static unsigned int asked(const struct arm_smmu_inv *inv)
{
	unsigned int i, users = 0;

	for (i = 0; i < ATTACHMENTS; i++) {
		if (inv->smmu != &smmus[machine[i / SSIDS].smmu])
			continue;
		if (inv->type == ARM_SMMU_INV_S1_ASID)
			users += attached[i];
		else if (machine[i / SSIDS].ats && inv->ssid == i % SSIDS && has_stream(i / SSIDS, inv->id))
			users += attached[i];
	}
	return users;
}

/* Everything that may be in an array, once. */
static unsigned int all_that_is_asked(struct arm_smmu_inv *all)
{
	struct arm_smmu_inv inv = { 0 };
	unsigned int i, n = 0;
	u32 sid;

	for (i = 0; i < SMMUS; i++) {
		inv = (struct arm_smmu_inv){ .smmu = &smmus[i], .type = ARM_SMMU_INV_S1_ASID, .id = 1 };
		if (asked(&inv))
			all[n++] = inv;
		for (sid = 0; sid < 10 * SSIDS; sid++) {
			inv = (struct arm_smmu_inv){
				.smmu = &smmus[i], .type = ARM_SMMU_INV_ATS, .id = sid / SSIDS, .ssid = sid % SSIDS
			};
			if (asked(&inv))
				all[n++] = inv;
		}
	}
	return n;
}

static void check_array(void)
{
	struct arm_smmu_inv all[64];
	const struct arm_smmu_invs *invs = domain.invs;
	u32 i, live = 0, first_ats = 0;

	check(invs->num_invs <= invs->max_invs, "more entries than places");
	for (i = 0; i < invs->num_invs; i++) {
		check(!i || arm_smmu_inv_cmp(&invs->inv[i - 1], &invs->inv[i]) < 0, "order, or an entry twice");
		check(invs->inv[i].users == asked(&invs->inv[i]), "users");
		live += invs->inv[i].users != 0;
		first_ats += invs->inv[i].type != ARM_SMMU_INV_ATS;
	}
	check(invs->num_trash == invs->num_invs - live, "trash");
	check(live == all_that_is_asked(all), "entries");
	check(!invs->num_invs || invs->inv[invs->num_invs - 1].users, "trash at the end");
	check(invs->first_ats == first_ats || (invs->first_ats >= invs->num_invs && first_ats == invs->num_invs),
	      "first_ats");
}

static bool is_for(u64 cmd, const struct arm_smmu_inv *inv)
{
	switch (FIELD_GET(CMDQ_0_OP, cmd)) {
	case CMDQ_OP_TLBI_NH_VA:
	case CMDQ_OP_TLBI_NH_ASID:
		return inv->type == ARM_SMMU_INV_S1_ASID && FIELD_GET(CMDQ_TLBI_0_ASID, cmd) == inv->id;
	case CMDQ_OP_ATC_INV:
		return inv->type == ARM_SMMU_INV_ATS && FIELD_GET(CMDQ_ATC_0_SID, cmd) == inv->id &&
		       FIELD_GET(CMDQ_ATC_0_SSID, cmd) == inv->ssid && !FIELD_GET(CMDQ_0_SSV, cmd) == !inv->ssid;
	default:
		return false;
	}
}

/* The pages, counted from the first that may be invalidated at all, that a command reaches. */
static void pages_of(const u64 *cmd, u64 *first, u64 *number)
{
	switch (FIELD_GET(CMDQ_0_OP, cmd[0])) {
	case CMDQ_OP_TLBI_NH_VA:
		*first = (cmd[1] & CMDQ_TLBI_1_VA_MASK) / PAGE_SIZE;
		*number = 1;
		if (FIELD_GET(CMDQ_TLBI_1_TG, cmd[1]))
			*number = (FIELD_GET(CMDQ_TLBI_0_NUM, cmd[0]) + 1) << FIELD_GET(CMDQ_TLBI_0_SCALE, cmd[0]);
		break;
	case CMDQ_OP_ATC_INV:
		*first = (cmd[1] & CMDQ_ATC_1_ADDR_MASK) / PAGE_SIZE;
		*number = 1ULL << FIELD_GET(CMDQ_ATC_1_SIZE, cmd[1]);
		check(!(*first % *number), "the address of an ATC_INV");
		break;
	default:
		*first = 0;
		*number = ALL_PAGES;
	}
}

/* Is this the smallest ATC_INV for it: would neither half do? */
static bool is_smallest(u64 first, u64 number, const struct range *range)
{
	return number == 1 || (range->first < first + number / 2 && range->first + range->pages > first + number / 2);
}

/* May this command be sent for the range? Reaches @number pages from @first on. */
static void check_one(const struct arm_smmu_inv *inv, const u64 *cmd, const struct range *range, u64 first, u64 number)
{
	bool ranges = inv->smmu->features & ARM_SMMU_FEAT_RANGE_INV;
	u64 extra = ranges && !range->leaf;

	if (!range->pages) {
		check(number == ALL_PAGES, "a part where all was asked for");
	} else if (inv->type == ARM_SMMU_INV_ATS) {
		check(is_smallest(first, number, range), "the size of an ATC_INV");
	} else if (number == ALL_PAGES) {
		check(!ranges && range->pages >= CMDQ_MAX_TLBI_OPS, "all where a range was asked for");
	} else {
		check(ranges || range->pages < CMDQ_MAX_TLBI_OPS, "too many commands");
		check(first >= range->first && first + number <= range->first + range->pages + extra,
		      "pages that nobody asked for");
		check(FIELD_GET(CMDQ_TLBI_1_LEAF, cmd[1]) == range->leaf, "LEAF");
		check(FIELD_GET(CMDQ_TLBI_1_TTL, cmd[1]) == (ranges && range->leaf ? 3 : 0), "TTL");
	}
}

/* What was sent for an entry reaches each page once, in rising order. Returns in how many commands. */
static unsigned int check_entry(const struct arm_smmu_inv *inv, const struct range *range)
{
	u64 first, number, end = range->first;
	unsigned int i, commands = 0;

	for (i = 0; i < num_sent; i++) {
		if (sent[i].smmu != inv->smmu - smmus || !is_for(sent[i].cmd[0], inv))
			continue;
		pages_of(sent[i].cmd, &first, &number);
		check_one(inv, sent[i].cmd, range, first, number);
		check(commands ? first == end : first <= end, "a gap, or pages twice");
		end = first + number;
		commands++;
	}
	check(commands, "no command for an entry");
	check(end >= range->first + range->pages, "pages that were left out");
	return commands;
}

static unsigned int syncs_sent(void)
{
	unsigned int i, syncs = 0;

	for (i = 0; i < num_sent; i++)
		syncs += FIELD_GET(CMDQ_0_OP, sent[i].cmd[0]) == CMDQ_OP_CMD_SYNC;
	return syncs;
}

/* Of one SMMU: a CMD_SYNC between its TLBIs and its ATC_INVs, and one at the end. */
static void check_order(unsigned int smmu)
{
	bool tlbi = false, atc = false;
	unsigned int i;

	for (i = 0; i < num_sent; i++) {
		if (sent[i].smmu != smmu)
			continue;
		switch (FIELD_GET(CMDQ_0_OP, sent[i].cmd[0])) {
		case CMDQ_OP_CMD_SYNC:
			tlbi = atc = false;
			break;
		case CMDQ_OP_ATC_INV:
			check(!tlbi, "an ATC_INV, and no CMD_SYNC after the TLBI");
			atc = true;
			break;
		default:
			check(!atc, "a TLBI behind an ATC_INV");
			tlbi = true;
		}
	}
	check(!tlbi && !atc, "no CMD_SYNC at the end");
}

static void check_invalidation(const struct range *range)
{
	struct arm_smmu_inv all[64];
	unsigned int i, n = all_that_is_asked(all), wanted = 0;

	for (i = 0; i < n; i++)
		wanted += check_entry(&all[i], range);
	check(num_sent - syncs_sent() == wanted, "commands that nothing asks for");
	for (i = 0; i < SMMUS; i++)
		check_order(i);
}

static void keep_sent(const struct arm_smmu_device *smmu, const u64 *cmd)
{
	check(num_sent < MOST_SENT, "far too many commands");
	memcpy(sent[num_sent].cmd, cmd, sizeof(sent[num_sent].cmd));
	sent[num_sent++].smmu = smmu - smmus;
}

/* The stand-in queue of here: it keeps what it is given, and which SMMU's that was. */
int arm_smmu_cmdq_issue_cmdlist(struct arm_smmu_device *smmu, struct arm_smmu_cmdq *cmdq, u64 *cmds, int n, bool sync)
{
	static const u64 cmd_sync[CMDQ_ENT_DWORDS] = { CMDQ_OP_CMD_SYNC };
	int i;

	check(cmdq == &smmu->cmdq, "queue");
	check(n <= CMDQ_BATCH_ENTRIES, "batch");
	for (i = 0; i < n; i++)
		keep_sent(smmu, &cmds[i * CMDQ_ENT_DWORDS]);
	if (sync)
		keep_sent(smmu, cmd_sync);
	return 0;
}

struct arm_smmu_cmdq *arm_smmu_get_cmdq(struct arm_smmu_device *smmu, struct arm_smmu_cmdq_ent *ent)
{
	(void)ent;
	return &smmu->cmdq;
}

static void attach(unsigned int i)
{
	if (attached[i] < MOST_USERS && !arm_smmu_domain_add_invs(&attachments[i]))
		attached[i]++;
}

static void detach(unsigned int i)
{
	if (!attached[i])
		return;
	attached[i]--;
	arm_smmu_domain_remove_invs(&attachments[i]);
}

/* Up to some more than what an SMMU without ranges has one command each for, from some page on. */
static void invalidate(u8 what, u8 where)
{
	static const u64 pages[] = { 0, 1, 2, 3, 31, 32, 33, 62, 63, 64, 65, 511, 512, 513, 1024, 1057 };
	struct range range = { .first = 0x10000 + where, .pages = pages[what / 4 % 16], .leaf = !(what & 2) };

	num_sent = 0;
	arm_smmu_domain_inv_range(&domain, range.pages ? range.first * PAGE_SIZE : 0, range.pages * PAGE_SIZE,
				  PAGE_SIZE, range.leaf);
	check_invalidation(&range);
}

static void machine_init(void)
{
	unsigned int i, j;

	smmus[0].features = smmus[2].features = ARM_SMMU_FEAT_ATS | ARM_SMMU_FEAT_RANGE_INV;
	smmus[1].features = ARM_SMMU_FEAT_ATS;
	domain = (struct arm_smmu_domain){ .smmu = &smmus[0], .stage = ARM_SMMU_DOMAIN_S1, .cd.asid = 1 };
	domain.domain.pgsize_bitmap = PAGE_SIZE;
	domain.invs = arm_smmu_invs_alloc(0, GFP_KERNEL);
	for (i = 0; i < MASTERS; i++) {
		for (j = 0; j < machine[i].num_streams; j++)
			streams[i][j].id = machine[i].ids[j];
		masters[i] = (struct arm_smmu_master){ .smmu = &smmus[machine[i].smmu],
						       .streams = streams[i],
						       .num_streams = machine[i].num_streams,
						       .build_invs = arm_smmu_invs_alloc(1 + machine[i].num_streams,
											 GFP_KERNEL) };
	}
	for (i = 0; i < ATTACHMENTS; i++)
		attachments[i] = (struct arm_smmu_master_domain){ .smmu_domain = &domain,
								  .master = &masters[i / SSIDS],
								  .ssid = i % SSIDS,
								  .ats_enabled = machine[i / SSIDS].ats };
}

static void machine_exit(void)
{
	unsigned int i;

	memory = ~0U;
	for (i = 0; i < ATTACHMENTS; i++)
		while (attached[i])
			detach(i);
	check_array();
	for (i = 0; i < MASTERS; i++)
		kfree(masters[i].build_invs);
	kfree(domain.invs);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	machine_init();
	for (; size >= 2; data += 2, size -= 2) {
		unsigned int whom = data[1] % ATTACHMENTS;

		memory = data[0] & 0x80 ? 0 : ~0U;
		if (data[0] % 4 == 0)
			attach(whom);
		else if (data[0] % 4 == 1)
			detach(whom);
		else
			invalidate(data[0], data[1]);
		check_array();
	}
	machine_exit();
	return 0;
}
