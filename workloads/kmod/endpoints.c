// SPDX-License-Identifier: GPL-2.0-only
/*
 * Endpoints: devices behind an SMMU that do nothing but be attached or bound.
 */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <uapi/linux/iommufd.h>

#include "internal.h"

struct endpoint {
	struct list_head node;
	struct device *dev;
	u32 generation;		     /* of no other while the module is in; not 0 */
	u64 smmu;		     /* physical address of its SMMU's registers; 0: not known */
	const void *owner;	     /* the descriptor that has claimed it, or NULL */
	struct bench_domain *domain; /* attached to it, or NULL */
	struct bench_mm *mm;	     /* bound to it, or NULL; never attached and bound at once */
	struct iommu_sva *sva;
};

/*
 * Sorted by name. The lock guards the list, its generation, and what an endpoint
 * is attached or bound to and claimed by. It nests inside a descriptor's lock and
 * the device lock, outside the locks of the IOMMU core and of an mm, and
 * bench_domain.lock. A caller that is killed does not wait for it; closing a
 * descriptor and removing a driver do.
 */
static LIST_HEAD(endpoints);
static DEFINE_MUTEX(endpoints_lock);
static u32 nr_endpoints;
static u32 generation; /* counts what comes and goes */

/* The IOMMU core's device is a child of the one that the driver is bound to. */
static struct device *smmu_of(struct device *dev)
{
	struct device *smmu = dev->iommu->iommu_dev->dev;

	return smmu->parent ? smmu->parent : smmu;
}

static u64 smmu_address(struct device *smmu)
{
	struct resource res;

	if (!smmu->of_node || of_address_to_resource(smmu->of_node, 0, &res))
		return 0;
	return res.start;
}

/* Tells the model of each StreamID of the endpoint. */
static void tell(const struct endpoint *ep, enum ring_kind kind, u32 domain, u32 ssid)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(ep->dev);
	unsigned int i;

	for (i = 0; ep->smmu && fwspec && i < fwspec->num_ids; i++)
		ring_endpoint(kind, domain, ep->smmu, fwspec->ids[i], ssid);
}

/* Without an owner, the core gives an endpoint its default domain back, where it may do what it likes. */
static void tell_if_blocked(const struct endpoint *ep)
{
	if (ep->owner && !ep->domain && !ep->mm)
		tell(ep, RING_BLOCKED, 0, 0);
}

static int do_attach(struct endpoint *ep, struct bench_domain *domain, u64 *elapsed_ns)
{
	u64 start;
	int err;

	tell(ep, RING_ALLOW, 0, 0);
	start = bench_clock();
	err = iommu_attach_device(domain->iommu, ep->dev);
	*elapsed_ns = bench_clock() - start;
	if (!err) {
		ep->domain = domain;
		tell(ep, RING_JOIN, domain->number, 0);
	}
	tell_if_blocked(ep);
	return err;
}

static void do_detach(struct endpoint *ep, u64 *elapsed_ns)
{
	u64 start;

	tell(ep, RING_LEAVE, ep->domain->number, 0);
	start = bench_clock();
	if (!ep->domain->dma)
		iommu_detach_device(ep->domain->iommu, ep->dev);
	*elapsed_ns = bench_clock() - start;
	ep->domain = NULL;
	tell_if_blocked(ep);
}

#ifdef INVBENCH_FEAT_SVA
static int enable_sva(struct device *dev)
{
	return iommu_dev_enable_feature(dev, IOMMU_DEV_FEAT_SVA);
}

static void disable_sva(struct device *dev)
{
	iommu_dev_disable_feature(dev, IOMMU_DEV_FEAT_SVA);
}
#else
static int enable_sva(struct device *dev)
{
	return 0;
}

static void disable_sva(struct device *dev)
{
}
#endif

/* The kernel has several words for "cannot do it". */
static int sva_error(int err)
{
	return err == -ENODEV || err == -EINVAL ? -EOPNOTSUPP : err;
}

static int do_bind(struct endpoint *ep, struct bench_mm *mm, struct invbench_sva *out)
{
	struct iommu_sva *sva;
	u64 start;
	int err;

	err = enable_sva(ep->dev);
	if (err)
		return sva_error(err);
	tell(ep, RING_ALLOW, 0, 0);
	start = bench_clock();
	sva = iommu_sva_bind_device(ep->dev, mm->mm);
	out->elapsed_ns = bench_clock() - start;
	if (IS_ERR(sva)) {
		disable_sva(ep->dev);
		tell_if_blocked(ep);
		return sva_error(PTR_ERR(sva));
	}
	out->pasid = iommu_sva_get_pasid(sva);
	ep->mm = mm;
	ep->sva = sva;
	tell(ep, RING_JOIN, mm->number, out->pasid);
	return 0;
}

static void do_unbind(struct endpoint *ep, u64 *elapsed_ns)
{
	u64 start;

	tell(ep, RING_LEAVE, ep->mm->number, iommu_sva_get_pasid(ep->sva));
	start = bench_clock();
	iommu_sva_unbind_device(ep->sva);
	*elapsed_ns = bench_clock() - start;
	disable_sva(ep->dev);
	ep->sva = NULL;
	ep->mm = NULL;
	tell_if_blocked(ep);
}

/*
 * The core counts each bound driver as one that uses the group's default domain, and then
 * lets nobody claim the group, nor change its type. To claim it ourselves is to give that
 * up for the time, which only the callbacks of the bus can do, as around a driver's life.
 */
static void give_up_default(struct device *dev)
{
	dev->bus->dma_cleanup(dev);
}

static void use_default_again(struct device *dev)
{
	/* As the driver core does before it configures a device anew. */
	kfree(dev->dma_range_map);
	dev->dma_range_map = NULL;
	/* Nobody else can have taken a group of one device, whose driver we are. */
	WARN_ON(dev->bus->dma_configure(dev));
}

static int count_device(struct device *dev, void *count)
{
	++*(unsigned int *)count;
	return 0;
}

static bool is_alone(struct device *dev)
{
	struct iommu_group *group = iommu_group_get(dev);
	unsigned int count = 0;

	if (!group)
		return false;
	iommu_group_for_each_dev(group, &count, count_device);
	iommu_group_put(group);
	return count == 1;
}

static int do_claim(struct endpoint *ep, const void *owner, u64 *elapsed_ns)
{
	u64 start;
	int err;

	if (!is_alone(ep->dev))
		return -EPERM;
	tell(ep, RING_ALLOW, 0, 0);
	give_up_default(ep->dev);
	start = bench_clock();
	err = iommu_device_claim_dma_owner(ep->dev, (void *)owner);
	*elapsed_ns = bench_clock() - start;
	if (err)
		use_default_again(ep->dev);
	else
		ep->owner = owner;
	tell_if_blocked(ep);
	return err;
}

static void do_release(struct endpoint *ep, u64 *elapsed_ns)
{
	u64 start;

	tell(ep, RING_ALLOW, 0, 0);
	start = bench_clock();
	iommu_device_release_dma_owner(ep->dev);
	*elapsed_ns = bench_clock() - start;
	use_default_again(ep->dev);
	ep->owner = NULL;
}

/* One has come or gone. */
static void new_generation(void)
{
	lockdep_assert_held(&endpoints_lock);
	if (!++generation) /* 0 stands for any */
		generation = 1;
}

int endpoint_add(struct device *dev)
{
	struct endpoint *ep, *next;
	int err = 0;

	if (!device_iommu_mapped(dev))
		return dev_err_probe(dev, -ENODEV, "not behind an IOMMU\n");
	ep = kzalloc(sizeof(*ep), GFP_KERNEL);
	if (!ep)
		return -ENOMEM;
	ep->dev = dev;
	ep->smmu = smmu_address(smmu_of(dev));

	mutex_lock(&endpoints_lock);
	if (nr_endpoints == INVBENCH_MAX_ENDPOINTS) {
		err = -ENOSPC;
	} else {
		/* Without a later name, &next->node is the head. */
		list_for_each_entry (next, &endpoints, node) {
			if (strcmp(dev_name(dev), dev_name(next->dev)) < 0)
				break;
		}
		list_add_tail(&ep->node, &next->node);
		nr_endpoints++;
		new_generation();
		ep->generation = generation;
	}
	mutex_unlock(&endpoints_lock);

	if (err) {
		kfree(ep);
		return dev_err_probe(dev, err, "more than %d endpoints\n", INVBENCH_MAX_ENDPOINTS);
	}
	dev_set_drvdata(dev, ep);
	return 0;
}

void endpoint_remove(struct device *dev)
{
	struct endpoint *ep = dev_get_drvdata(dev);
	u64 unused;

	mutex_lock(&endpoints_lock);
	if (ep->domain) {
		bench_break(ep->domain);
		do_detach(ep, &unused);
	}
	if (ep->mm)
		do_unbind(ep, &unused);
	if (ep->owner)
		do_release(ep, &unused);
	list_del(&ep->node);
	nr_endpoints--;
	new_generation();
	mutex_unlock(&endpoints_lock);
	kfree(ep);
}

static struct endpoint *endpoint_find(struct endpoint_id id)
{
	struct endpoint *ep;

	lockdep_assert_held(&endpoints_lock);
	list_for_each_entry (ep, &endpoints, node) {
		if (id.generation ? ep->generation == id.generation : !id.index--)
			return ep;
	}
	return NULL;
}

/* If it returns 0, endpoints_lock is held, until endpoints_put(). */
static int endpoint_get(struct endpoint_id id, struct endpoint **ep)
{
	if (mutex_lock_killable(&endpoints_lock))
		return -EINTR;
	*ep = endpoint_find(id);
	if (*ep)
		return 0;
	mutex_unlock(&endpoints_lock);
	return id.generation ? -ESTALE : -ENOENT;
}

static void endpoints_put(void)
{
	mutex_unlock(&endpoints_lock);
}

/* For who is not to wait: each is right for itself. */
void endpoints_count(u32 *count, u32 *now)
{
	*count = READ_ONCE(nr_endpoints);
	*now = READ_ONCE(generation);
}

static void describe(const struct endpoint *ep, struct invbench_endpoint *out)
{
	out->generation = ep->generation;
	strscpy_pad(out->name, dev_name(ep->dev));
	strscpy_pad(out->instance, dev_name(smmu_of(ep->dev)));
	out->flags = device_flags(ep->dev);
	out->pasid_bits = ep->dev->iommu->max_pasids ? ilog2(ep->dev->iommu->max_pasids) : 0;
	if (out->pasid_bits)
		out->flags |= INVBENCH_EP_PASID;
	if (ep->domain)
		out->flags |= INVBENCH_EP_ATTACHED;
	if (ep->mm)
		out->flags |= INVBENCH_EP_BOUND;
	if (ep->owner)
		out->flags |= INVBENCH_EP_CLAIMED;
}

int endpoint_describe(struct invbench_endpoint *out)
{
	struct endpoint *ep;
	int err;

	err = endpoint_get((struct endpoint_id){ out->index, 0 }, &ep);
	if (err)
		return err;
	describe(ep, out);
	endpoints_put();
	return 0;
}

/* May @owner attach or bind it now? */
static bool is_free(const struct endpoint *ep, const void *owner)
{
	return !ep->domain && !ep->mm && (!ep->owner || ep->owner == owner);
}

#ifdef INVBENCH_DOMAIN_FLAGS
static struct iommu_domain *alloc_stage2(struct device *dev)
{
	return iommu_paging_domain_alloc_flags(dev, IOMMU_HWPT_ALLOC_NEST_PARENT);
}
#else
/* As VFIO asks for it in these kernels. It has page tables only once an endpoint is attached. */
static struct iommu_domain *alloc_stage2(struct device *dev)
{
	struct iommu_domain *domain = iommu_domain_alloc(dev->bus);

	if (!domain)
		return ERR_PTR(-ENOMEM);
	if (iommu_enable_nesting(domain)) {
		iommu_domain_free(domain);
		return ERR_PTR(-EOPNOTSUPP);
	}
	return domain;
}
#endif

/* The endpoint's default domain, which it is in now. */
static int use_default(struct endpoint *ep, struct bench_domain *domain)
{
	struct iommu_domain *iommu = iommu_get_domain_for_dev(ep->dev);

	if (!is_free(ep, NULL))
		return -EBUSY;
	if (!iommu || dma_set_mask_and_coherent(ep->dev, DMA_BIT_MASK(32)))
		return -EOPNOTSUPP;
	domain->iommu = iommu;
	domain->dma = get_device(ep->dev);
	ep->domain = domain;
	tell(ep, RING_JOIN, domain->number, 0);
	return 0;
}

static int alloc_domain(struct endpoint *ep, u32 flags, struct bench_domain *domain)
{
	switch (flags) {
	case 0:
		domain->iommu = iommu_paging_domain_alloc(ep->dev);
		return PTR_ERR_OR_ZERO(domain->iommu);
	case INVBENCH_DOMAIN_STAGE2:
		domain->iommu = alloc_stage2(ep->dev);
		return PTR_ERR_OR_ZERO(domain->iommu);
	case INVBENCH_DOMAIN_DMA:
		return use_default(ep, domain);
	default:
		return -EINVAL;
	}
}

int endpoint_domain_alloc(const struct invbench_domain *in, struct bench_domain *domain)
{
	struct endpoint *ep;
	int err;

	err = endpoint_get((struct endpoint_id){ in->endpoint, in->generation }, &ep);
	if (err)
		return err;
	err = alloc_domain(ep, in->flags, domain);
	endpoints_put();
	return err;
}

int endpoint_attach(struct endpoint_id id, struct bench_domain *domain, u64 *elapsed_ns)
{
	struct endpoint *ep;
	int err;

	err = endpoint_get(id, &ep);
	if (err)
		return err;
	err = is_free(ep, domain->owner) ? do_attach(ep, domain, elapsed_ns) : -EBUSY;
	endpoints_put();
	return err;
}

int endpoint_detach(struct endpoint_id id, struct bench_domain *domain, u64 *elapsed_ns)
{
	struct endpoint *ep;
	int err;

	err = endpoint_get(id, &ep);
	if (err)
		return err;
	if (ep->domain == domain)
		do_detach(ep, elapsed_ns);
	else
		err = -ENODEV;
	endpoints_put();
	return err;
}

static void detach_all(struct bench_domain *domain)
{
	struct endpoint *ep;
	u64 unused;

	guard(mutex)(&endpoints_lock);
	list_for_each_entry (ep, &endpoints, node) {
		if (ep->domain == domain)
			do_detach(ep, &unused);
	}
}

void endpoints_domain_free(struct bench_domain *domain)
{
	detach_all(domain);
	if (domain->dma)
		put_device(domain->dma);
	else
		iommu_domain_free(domain->iommu);
}

int endpoint_bind(struct bench_mm *mm, struct invbench_sva *sva)
{
	struct endpoint *ep;
	int err;

	err = endpoint_get((struct endpoint_id){ sva->endpoint, sva->generation }, &ep);
	if (err)
		return err;
	err = is_free(ep, mm->owner) ? do_bind(ep, mm, sva) : -EBUSY;
	endpoints_put();
	return err;
}

int endpoint_unbind(struct bench_mm *mm, struct invbench_sva *sva)
{
	struct endpoint *ep;
	int err;

	err = endpoint_get((struct endpoint_id){ sva->endpoint, sva->generation }, &ep);
	if (err)
		return err;
	if (ep->mm == mm)
		do_unbind(ep, &sva->elapsed_ns);
	else
		err = -ENODEV;
	endpoints_put();
	return err;
}

void endpoints_unbind_all(struct bench_mm *mm)
{
	struct endpoint *ep;
	u64 unused;

	guard(mutex)(&endpoints_lock);
	list_for_each_entry (ep, &endpoints, node) {
		if (ep->mm == mm)
			do_unbind(ep, &unused);
	}
}

int endpoint_claim(struct endpoint_id id, const void *owner, u64 *elapsed_ns)
{
	struct endpoint *ep;
	int err;

	err = endpoint_get(id, &ep);
	if (err)
		return err;
	err = ep->owner || !is_free(ep, owner) ? -EBUSY : do_claim(ep, owner, elapsed_ns);
	endpoints_put();
	return err;
}

int endpoint_release(struct endpoint_id id, const void *owner, u64 *elapsed_ns)
{
	struct endpoint *ep;
	int err;

	err = endpoint_get(id, &ep);
	if (err)
		return err;
	if (ep->owner != owner)
		err = -ENODEV;
	else if (!is_free(ep, owner))
		err = -EBUSY;
	else
		do_release(ep, elapsed_ns);
	endpoints_put();
	return err;
}

/* After all that @owner had attached or bound was taken back. */
void endpoints_release_all(const void *owner)
{
	struct endpoint *ep;
	u64 unused;

	guard(mutex)(&endpoints_lock);
	list_for_each_entry (ep, &endpoints, node) {
		if (ep->owner == owner)
			do_release(ep, &unused);
	}
}
