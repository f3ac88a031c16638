// SPDX-License-Identifier: GPL-2.0-only
/*
 * Endpoints: devices behind an SMMU that do nothing but be attached.
 *
 * A device tree may declare stand-ins without hardware. On a machine the user
 * binds idle devices by driver_override. Neither is ever told to do DMA.
 */
#include <linux/device.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/pci-ats.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "internal.h"

struct endpoint {
	struct list_head node;
	struct device *dev;
	struct bench_domain *domain;	/* attached to it, or NULL */
};

/*
 * Sorted by name. The lock guards the list, what an endpoint is attached to,
 * and bench_domain.broken. It nests inside a descriptor's lock and the device
 * lock, outside the locks of the IOMMU core.
 */
static LIST_HEAD(endpoints);
static DEFINE_MUTEX(endpoints_lock);
static u32 nr_endpoints;

static int endpoint_add(struct device *dev)
{
	struct endpoint *ep, *next;
	int err = 0;

	if (!device_iommu_mapped(dev))
		return dev_err_probe(dev, -ENODEV, "not behind an IOMMU\n");
	ep = kzalloc(sizeof(*ep), GFP_KERNEL);
	if (!ep)
		return -ENOMEM;
	ep->dev = dev;

	mutex_lock(&endpoints_lock);
	if (nr_endpoints == INVBENCH_MAX_ENDPOINTS) {
		err = -ENOSPC;
	} else {
		/* Without a later name, &next->node is the head. */
		list_for_each_entry(next, &endpoints, node) {
			if (strcmp(dev_name(dev), dev_name(next->dev)) < 0)
				break;
		}
		list_add_tail(&ep->node, &next->node);
		nr_endpoints++;
	}
	mutex_unlock(&endpoints_lock);

	if (err) {
		kfree(ep);
		return dev_err_probe(dev, err, "more than %d endpoints\n", INVBENCH_MAX_ENDPOINTS);
	}
	dev_set_drvdata(dev, ep);
	return 0;
}

static void endpoint_remove(struct device *dev)
{
	struct endpoint *ep = dev_get_drvdata(dev);

	mutex_lock(&endpoints_lock);
	if (ep->domain) {
		iommu_detach_device(ep->domain->iommu, dev);
		WRITE_ONCE(ep->domain->broken, true);
	}
	list_del(&ep->node);
	nr_endpoints--;
	mutex_unlock(&endpoints_lock);
	kfree(ep);
}

static struct endpoint *endpoint_find(u32 index)
{
	struct endpoint *ep;

	lockdep_assert_held(&endpoints_lock);
	list_for_each_entry(ep, &endpoints, node) {
		if (!index--)
			return ep;
	}
	return NULL;
}

u32 endpoints_count(void)
{
	return READ_ONCE(nr_endpoints);
}

static u32 function_flags(struct pci_dev *pdev)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(&pdev->dev);
	u32 flags = INVBENCH_EP_PCI;

	if (!IS_ENABLED(CONFIG_PCI_ATS))
		return flags;
	if (pci_ats_supported(pdev) && fwspec && (fwspec->flags & IOMMU_FWSPEC_PCI_RC_ATS))
		flags |= INVBENCH_EP_ATS;
	if (pdev->ats_enabled)
		flags |= INVBENCH_EP_ATS_ON;
	return flags;
}

int endpoint_describe(struct invbench_endpoint *out)
{
	struct device *smmu;
	struct endpoint *ep;

	guard(mutex)(&endpoints_lock);
	ep = endpoint_find(out->index);
	if (!ep)
		return -ENOENT;

	/* The IOMMU core's device is a child of the one that the driver is bound to. */
	smmu = ep->dev->iommu->iommu_dev->dev;
	if (smmu->parent)
		smmu = smmu->parent;
	strscpy_pad(out->name, dev_name(ep->dev));
	strscpy_pad(out->instance, dev_name(smmu));
	out->flags = dev_is_pci(ep->dev) ? function_flags(to_pci_dev(ep->dev)) : 0;
	out->pasid_bits = ep->dev->iommu->max_pasids ? ilog2(ep->dev->iommu->max_pasids) : 0;
	if (out->pasid_bits)
		out->flags |= INVBENCH_EP_PASID;
	if (ep->domain)
		out->flags |= INVBENCH_EP_ATTACHED;
	return 0;
}

struct iommu_domain *endpoint_domain_alloc(u32 index)
{
	struct endpoint *ep;

	guard(mutex)(&endpoints_lock);
	ep = endpoint_find(index);
	if (!ep)
		return ERR_PTR(-ENOENT);
	return iommu_paging_domain_alloc(ep->dev);
}

int endpoint_attach(u32 index, struct bench_domain *domain, u64 *elapsed_ns)
{
	struct endpoint *ep;
	u64 start;
	int err;

	guard(mutex)(&endpoints_lock);
	ep = endpoint_find(index);
	if (!ep)
		return -ENOENT;
	if (ep->domain)
		return -EBUSY;
	start = bench_clock();
	err = iommu_attach_device(domain->iommu, ep->dev);
	*elapsed_ns = bench_clock() - start;
	if (!err)
		ep->domain = domain;
	return err;
}

int endpoint_detach(u32 index, struct bench_domain *domain, u64 *elapsed_ns)
{
	struct endpoint *ep;
	u64 start;

	guard(mutex)(&endpoints_lock);
	ep = endpoint_find(index);
	if (!ep)
		return -ENOENT;
	if (ep->domain != domain)
		return -ENODEV;
	start = bench_clock();
	iommu_detach_device(domain->iommu, ep->dev);
	*elapsed_ns = bench_clock() - start;
	ep->domain = NULL;
	return 0;
}

void endpoints_detach_all(struct bench_domain *domain)
{
	struct endpoint *ep;

	guard(mutex)(&endpoints_lock);
	list_for_each_entry(ep, &endpoints, node) {
		if (ep->domain != domain)
			continue;
		iommu_detach_device(domain->iommu, ep->dev);
		ep->domain = NULL;
	}
}

static int stand_in_probe(struct platform_device *pdev)
{
	return endpoint_add(&pdev->dev);
}

static void stand_in_remove(struct platform_device *pdev)
{
	endpoint_remove(&pdev->dev);
}

static const struct of_device_id stand_in_match[] = {
	{ .compatible = "invbench,endpoint" },
	{}
};
MODULE_DEVICE_TABLE(of, stand_in_match);

static struct platform_driver stand_in_driver = {
	.probe = stand_in_probe,
	.remove = stand_in_remove,
	.driver = {
		.name = "invbench",
		.of_match_table = stand_in_match,
	},
	.driver_managed_dma = true,	/* it attaches domains of its own */
};

static int function_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int err;

	/* Powered up to answer ATC_INV, but no bus master: no DMA, whatever its last driver left behind. */
	err = pci_enable_device_mem(pdev);
	if (err)
		return err;
	pci_clear_master(pdev);
	err = endpoint_add(&pdev->dev);
	if (err)
		pci_disable_device(pdev);
	return err;
}

static void function_remove(struct pci_dev *pdev)
{
	endpoint_remove(&pdev->dev);
	pci_disable_device(pdev);
}

/* Binds nothing by itself; driver_override and new_id do. */
static const struct pci_device_id function_match[] = {
	{}
};

static struct pci_driver function_driver = {
	.name = "invbench",
	.id_table = function_match,
	.probe = function_probe,
	.remove = function_remove,
	.driver_managed_dma = true,
};

int endpoints_register(void)
{
	int err = platform_driver_register(&stand_in_driver);

	if (err)
		return err;
	err = pci_register_driver(&function_driver);
	if (err)
		platform_driver_unregister(&stand_in_driver);
	return err;
}

void endpoints_unregister(void)
{
	pci_unregister_driver(&function_driver);
	platform_driver_unregister(&stand_in_driver);
}
