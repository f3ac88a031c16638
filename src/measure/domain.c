// SPDX-License-Identifier: GPL-2.0-only
/*
 * domain.c - what a case does by the kernel half: domains, the endpoints in
 * them, runs.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "case.h"
#include "domain.h"
#include "half.h"
#include "kernel_config.h"
#include "no_ats.h"

static bool able(const struct invbench_endpoint *ep, const struct endpoint_want *want)
{
	if (want->ats && !(ep->flags & INVBENCH_EP_ATS))
		return false;
	if (want->no_ats && ep->flags & (INVBENCH_EP_ATS | INVBENCH_EP_ATS_ON))
		return false;
	if (want->name && strcmp(ep->name, want->name))
		return false;
	return !want->pasid || ep->flags & INVBENCH_EP_PASID;
}

static bool wanted(const struct invbench_endpoint *ep, const struct endpoint_want *want)
{
	return !(ep->flags & (INVBENCH_EP_ATTACHED | INVBENCH_EP_BOUND | INVBENCH_EP_CLAIMED)) && able(ep, want);
}

static unsigned int count_behind(const struct endpoints *list, const char *instance, const struct endpoint_want *want)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < list->count; i++)
		n += wanted(&list->ep[i], want) && !strcmp(list->ep[i].instance, instance);
	return n;
}

static bool first_of_instance(const struct endpoints *list, unsigned int i, const struct endpoint_want *want)
{
	for (unsigned int k = 0; k < i; k++) {
		if (able(&list->ep[k], want) && !strcmp(list->ep[k].instance, list->ep[i].instance))
			return false;
	}
	return able(&list->ep[i], want);
}

/*
 * The instance that @want->instance stands for; NULL after case_skip(). Those with
 * such endpoints are counted, free or not, so that the number stays while the case takes some.
 */
static const char *numbered_instance(struct run_case *c, const struct endpoints *list, const struct endpoint_want *want)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < list->count; i++) {
		if (first_of_instance(list, i, want) && ++n == want->instance)
			return list->ep[i].instance;
	}
	case_skip(c, "%u SMMUs with such endpoints are needed, there %s %u; see: invbench list endpoints",
		  want->instance, n == 1 ? "is" : "are", n);
	return NULL;
}

/* The first endpoint of the first instance that has enough of them; NULL after case_skip(). */
static const struct invbench_endpoint *choose(struct run_case *c, const struct endpoints *list,
					      const struct endpoint_want *want)
{
	const char *ats = want->ats ? " with ATS" : want->no_ats ? " without ATS" : "";
	const char *instance = want->instance ? numbered_instance(c, list, want) : NULL;
	unsigned int need = want->count ? want->count : 1, most = 0;
	struct sentence why;

	if (want->instance && !instance)
		return NULL;
	for (unsigned int i = 0; i < list->count; i++) {
		unsigned int n;

		if (!wanted(&list->ep[i], want) || (instance && strcmp(list->ep[i].instance, instance)))
			continue;
		n = count_behind(list, list->ep[i].instance, want);
		if (n >= need)
			return &list->ep[i];
		most = n > most ? n : most;
	}
	case_skip(c, "%u free endpoint%s%s%s behind %s %s needed, there %s %u%s; see: invbench list endpoints", need,
		  need == 1 ? "" : "s", ats, want->pasid ? " with PASIDs" : "", instance ? instance : "one SMMU",
		  need == 1 ? "is" : "are", most == 1 ? "is" : "are", most, want->ats ? no_ats_why(list, &why) : "");
	return NULL;
}

static int read_again(struct run_case *c, struct invbench_endpoint *ep)
{
	int err = half_endpoint_now(c->half, ep);

	return err ? case_error(c, "cannot read endpoint %s again: %s", ep->name, half_error(-err)) : 0;
}

/* Nothing shows whether the driver believed a stand-in. */
static bool ats_refused(const struct endpoint_want *want, const struct invbench_endpoint *now)
{
	return want->ats && now->flags & INVBENCH_EP_PCI && !(now->flags & INVBENCH_EP_ATS_ON);
}

static int attach(struct run_case *c, uint32_t domain, const struct invbench_endpoint *ep,
		  const struct endpoint_want *want)
{
	struct invbench_attach in = { .domain = domain, .endpoint = ep->index, .generation = ep->generation };
	struct invbench_endpoint now = *ep;

	if (ioctl(c->half, INVBENCH_ATTACH, &in))
		return case_error(c, "cannot attach endpoint %s: %s", ep->name,
				  errno == EINVAL ? "another device is in its IOMMU group" : half_error(errno));
	if (read_again(c, &now))
		return -EIO;
	if (ats_refused(want, &now))
		return case_skip(c, "endpoint %s can do ATS, but its SMMU %s does not", ep->name, ep->instance);
	if (want->no_ats && now.flags & INVBENCH_EP_ATS_ON)
		return case_error(c, "ATS is on for endpoint %s, which said it has none", ep->name);
	c->member[c->nr_members].domain = domain;
	c->member[c->nr_members++].endpoint = *ep;
	return 0;
}

int domain_open(struct run_case *c)
{
	struct sentence why;

	if (c->half >= 0)
		return 0;
	c->half = half_open(&why);
	if (c->half == -EPROTO)
		return case_error(c, "%s", why.text);
	return c->half < 0 ? case_skip(c, "%s", why.text) : 0;
}

static int case_endpoints(struct run_case *c, struct endpoints *list)
{
	int ret = domain_open(c);

	if (ret)
		return ret;
	ret = half_endpoints(c->half, list);
	return ret ? case_error(c, "cannot list endpoints: %s", strerror(-ret)) : 0;
}

static int alloc_domain(struct run_case *c, const struct invbench_endpoint *ep, const struct endpoint_want *want,
			struct invbench_domain *in)
{
	in->flags = (want->stage2 ? INVBENCH_DOMAIN_STAGE2 : 0) | (want->dma ? INVBENCH_DOMAIN_DMA : 0);
	if (!ioctl(c->half, INVBENCH_DOMAIN_ALLOC, in)) {
		c->nesting = want->stage2 && half_nests(c->half);
		return 0;
	}
	if (errno == EOPNOTSUPP)
		return case_skip(c, "SMMU %s or the kernel has no %s", ep->instance,
				 want->dma ? "default domain for the DMA API" : "second stage with a nested first one");
	if (errno == ESTALE)
		return case_error(c, "cannot use endpoint %s: %s", ep->name, half_error(errno));
	return case_error(c, "cannot allocate a domain of %s: %s", ep->instance, strerror(errno));
}

int case_domain(struct run_case *c, const struct endpoint_want *want, uint32_t *domain)
{
	const struct invbench_endpoint *first;
	struct invbench_domain in = {};
	struct endpoints list = {};
	unsigned int attached = 0;
	int ret;

	ret = case_endpoints(c, &list);
	if (ret)
		return ret;
	first = choose(c, &list, want);
	if (!first)
		return SKIP;
	in.endpoint = first->index;
	in.generation = first->generation;
	ret = alloc_domain(c, first, want, &in);
	if (ret)
		return ret;
	for (unsigned int i = 0; i < list.count && attached < want->count && !want->dma; i++) {
		if (!wanted(&list.ep[i], want) || strcmp(list.ep[i].instance, first->instance))
			continue;
		ret = attach(c, in.domain, &list.ep[i], want);
		if (ret)
			return ret;
		attached++;
	}
	*domain = in.domain;
	return 0;
}

static const struct invbench_endpoint *member(const struct run_case *c, uint32_t domain, unsigned int n)
{
	for (unsigned int i = 0; i < c->nr_members; i++) {
		if (c->member[i].domain == domain && !n--)
			return &c->member[i].endpoint;
	}
	die("workload '%s' moves an endpoint that its domain does not have", c->spec->workload->name);
}

static int move(struct run_case *c, uint32_t domain, unsigned int n, uint64_t *ns, bool in)
{
	const struct invbench_endpoint *ep = member(c, domain, n);
	struct invbench_attach arg = { .domain = domain, .endpoint = ep->index, .generation = ep->generation };

	if (ioctl(c->half, in ? INVBENCH_ATTACH : INVBENCH_DETACH, &arg))
		return case_error(c, "cannot %s endpoint %s: %s", in ? "attach" : "detach", ep->name,
				  half_error(errno));
	if (ns)
		*ns = arg.elapsed_ns;
	return 0;
}

int case_detach(struct run_case *c, uint32_t domain, unsigned int n, uint64_t *ns)
{
	return move(c, domain, n, ns, false);
}

int case_attach(struct run_case *c, uint32_t domain, unsigned int n, uint64_t *ns)
{
	return move(c, domain, n, ns, true);
}

int case_claim(struct run_case *c, uint32_t domain, unsigned int n)
{
	const struct invbench_endpoint *ep = member(c, domain, n);
	struct invbench_claim in = { .endpoint = ep->index, .generation = ep->generation };
	int ret = case_detach(c, domain, n, NULL);

	if (!ret && ioctl(c->half, INVBENCH_CLAIM, &in))
		ret = case_error(c, "cannot claim endpoint %s: %s", ep->name, half_error(errno));
	return ret ? ret : case_attach(c, domain, n, NULL);
}

/* What the instances that were dealt endpoints have so far. */
struct deal {
	const char *instance[INVBENCH_MAX_ENDPOINTS];
	unsigned int slots;
};

static bool dealt(const struct deal *deal, const char *instance)
{
	for (unsigned int i = 0; i < deal->slots; i++) {
		if (!strcmp(deal->instance[i], instance))
			return true;
	}
	return false;
}

/* The next instance, in order of endpoints, that has @need of them; NULL if there is none. */
static const char *next_instance(const struct endpoints *list, const struct endpoint_want *want,
				 const struct deal *deal, unsigned int need)
{
	for (unsigned int i = 0; i < list->count; i++) {
		const char *instance = list->ep[i].instance;

		if (!dealt(deal, instance) && count_behind(list, instance, want) >= need)
			return instance;
	}
	return NULL;
}

/* Dealt one by one, the first instances get one more than the last; those are chosen first. */
static int choose_instances(struct run_case *c, const struct endpoints *list, const struct endpoint_want *want,
			    struct deal *deal)
{
	unsigned int spread = want->spread ? want->spread : 1;
	struct sentence lacks;

	if (spread > want->count)
		spread = want->count;
	for (deal->slots = 0; deal->slots < spread; deal->slots++) {
		unsigned int need = (want->count - deal->slots + spread - 1) / spread;
		const char *instance = next_instance(list, want, deal, need);

		if (!instance)
			return case_skip(c,
					 "%u SMMU%s with %u free endpoint%s with PASIDs%s %s needed, there %s %u; "
					 "see: invbench list endpoints%s",
					 spread, spread == 1 ? "" : "s", need, need == 1 ? "" : "s",
					 want->ats    ? " and ATS" :
					 want->no_ats ? " and without ATS" :
							"",
					 spread == 1 ? "is" : "are", deal->slots == 1 ? "is" : "are", deal->slots,
					 kernel_config_lacks("ARM_SMMU_V3_SVA", &lacks));
		deal->instance[deal->slots] = instance;
	}
	return 0;
}

/* The @n-th endpoint that is wanted behind @instance; choose_instances() saw that it is there. */
static const struct invbench_endpoint *nth_behind(const struct endpoints *list, const struct endpoint_want *want,
						  const char *instance, unsigned int n)
{
	const struct invbench_endpoint *ep = list->ep;

	while (!wanted(ep, want) || strcmp(ep->instance, instance) || n--)
		ep++;
	return ep;
}

static int bind_mm(struct run_case *c, const struct invbench_endpoint *ep, const struct endpoint_want *want)
{
	struct invbench_sva in = { .endpoint = ep->index, .generation = ep->generation };
	struct invbench_endpoint now = *ep;
	struct sentence lacks;

	if (!ioctl(c->half, INVBENCH_SVA_BIND, &in)) {
		c->bound[c->nr_bound++] = ep->generation;
		if (read_again(c, &now))
			return -EIO;
		if (ats_refused(want, &now))
			return case_skip(c, "endpoint %s can do ATS, but its SMMU %s does not", ep->name, ep->instance);
		return 0;
	}
	if (errno == EOPNOTSUPP)
		return case_skip(c,
				 "endpoint %s cannot share an address space: its SMMU %s or the kernel cannot do it%s",
				 ep->name, ep->instance, kernel_config_lacks("ARM_SMMU_V3_SVA", &lacks));
	return case_error(c, "cannot bind this process to endpoint %s: %s", ep->name, half_error(errno));
}

int case_bind_mm(struct run_case *c, const struct endpoint_want *want)
{
	struct endpoint_want with_pasid = *want;
	struct deal deal = {};
	struct endpoints list = {};
	int ret;

	with_pasid.pasid = true;
	ret = case_endpoints(c, &list);
	if (!ret)
		ret = choose_instances(c, &list, &with_pasid, &deal);
	for (unsigned int i = 0; deal.slots && i < want->count && !ret; i++)
		ret = bind_mm(c, nth_behind(&list, &with_pasid, deal.instance[i % deal.slots], i / deal.slots),
			      &with_pasid);
	return ret;
}

void domain_leave(struct run_case *c)
{
	while (c->nr_bound) {
		struct invbench_sva in = { .generation = c->bound[--c->nr_bound] };

		if (ioctl(c->half, INVBENCH_SVA_UNBIND, &in))
			case_end(c, STATUS_FAIL, REASON_HALF, "the kernel half: an endpoint in use went away");
	}
	if (c->half >= 0)
		close(c->half);
	c->half = -1;
}

/* What an error of INVBENCH_RUN means; kmod/invbench.h. */
static const char *run_error(int err)
{
	switch (err) {
	case ENODEV:
		return "an endpoint or a CPU in use went away";
	case ENXIO:
		return "a CPU is not online";
	case ERANGE:
		return "the domain's address space is too small for so many threads";
	case EIO:
		return "the kernel unmapped less than was mapped";
	default:
		return strerror(err);
	}
}

/* Where the kernel half writes what it counted. */
struct counters {
	uint64_t *buckets;
	unsigned long long *cells; /* of @windows; nothing if they are not asked for */
	unsigned int windows;
};

/* To be freed after a failure as well. */
static int counters_init(struct counters *n, struct run_case *c, struct invbench_run *run, bool record)
{
	n->windows = record && !(run->flags & INVBENCH_RUN_BARE) ? windows_of(run->ops) : 0;
	n->buckets = calloc(HIST_BUCKETS(c->sub_bits), sizeof(*n->buckets));
	n->cells = calloc(n->windows * WINDOW_BUCKETS + 1, sizeof(*n->cells));
	if (!n->buckets || !n->cells)
		return case_error(c, "out of memory");
	run->sub_bits = c->sub_bits;
	run->hist = (uintptr_t)n->buckets;
	run->timeline = n->windows ? (uintptr_t)n->cells : 0;
	return 0;
}

static void counters_free(struct counters *n)
{
	free(n->buckets);
	free(n->cells);
}

/* What the threads of a run have in common: their latencies, by what each of them says. */
static int collect(struct run_case *c, const struct invbench_thread *threads, unsigned int count,
		   const struct counters *n)
{
	uint64_t min = UINT64_MAX, max = 0, sum = 0, out_of_range = 0;
	struct histogram h;
	int err = hist_init(&h, c->sub_bits);

	for (unsigned int i = 0; i < count; i++) {
		const struct invbench_thread *t = &threads[i];

		out_of_range += t->out_of_range;
		if (t->ops == t->out_of_range)
			continue;
		min = t->min_ns < min ? t->min_ns : min;
		max = t->max_ns > max ? t->max_ns : max;
		sum += t->sum_ns;
	}
	if (!err) {
		hist_add_buckets(&h, n->buckets, min, max, sum, out_of_range);
		pthread_mutex_lock(&c->lock);
		err = hist_merge(&c->latency, &h);
		if (!err)
			err = timeline_add(&c->timeline, n->cells, n->windows);
		pthread_mutex_unlock(&c->lock);
		hist_free(&h);
	}
	return err ? case_error(c, "the latencies of all threads do not fit into one sum") : 0;
}

/* All threads pass the gate together, at @called or later, and the last ends at @returned or before. */
static void set_span(struct span *span, const struct invbench_thread *threads, unsigned int count, uint64_t called,
		     uint64_t returned)
{
	uint64_t elapsed = 0;

	for (unsigned int i = 0; i < count; i++)
		elapsed = threads[i].elapsed_ns > elapsed ? threads[i].elapsed_ns : elapsed;
	*span = (struct span){ returned - elapsed, called + elapsed };
}

int case_run_span(struct run_case *c, struct invbench_run *run, unsigned int first, bool record, struct span *span)
{
	uint64_t called;
	struct invbench_thread *threads = &c->threads[first];
	struct counters counters;
	int ret;

	if (run->size & (run->size - 1))
		return case_error(c, "size is not a power of two");
	if (!run->ops) {
		run->ops = case_param(c, "ops");
		run->warmup = case_param(c, "warmup");
	}
	if (c->report)
		run->flags = (run->flags & ~INVBENCH_RUN_BARE) | INVBENCH_RUN_REPORT;
	run->thread = (uintptr_t)threads;
	ret = counters_init(&counters, c, run, record);
	called = case_now();
	if (!ret && ioctl(c->half, INVBENCH_RUN, run)) {
		ret = -errno;
		case_end(c, STATUS_FAIL, REASON_HALF, "the kernel half: %s", run_error(errno));
	}
	set_span(span, threads, run->threads, called, case_now());
	if (!ret && record) {
		case_clock_floor(c, run->clock_floor_ns);
		ret = collect(c, threads, run->threads, &counters);
	}
	if (!ret)
		case_count(c, (run->warmup + run->ops) * run->threads);
	for (unsigned int i = 0; i < run->threads && !record; i++)
		threads[i] = (struct invbench_thread){ .cpu = threads[i].cpu };
	counters_free(&counters);
	return ret;
}

int case_run_kernel(struct run_case *c, struct invbench_run *run, unsigned int first, bool record)
{
	struct span unused;

	return case_run_span(c, run, first, record, &unused);
}
