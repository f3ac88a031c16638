// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drivers: how a device becomes an endpoint.
 *
 * A device tree may declare stand-ins without hardware. On a machine the user
 * binds idle devices by driver_override. Neither is ever told to do DMA.
 */
#include <linux/module.h>
#include <linux/of.h>
#include <linux/pci-ats.h>
#include <linux/pci.h>
#include <linux/platform_device.h>

#include "internal.h"

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

/* A lab kernel believes a stand-in that claims ATS (kernel-patch/lab). */
static u32 stand_in_flags(struct device *dev)
{
	return of_property_read_bool(dev->of_node, "invbench,claim-ats") ? INVBENCH_EP_ATS : 0;
}

u32 device_flags(struct device *dev)
{
	return dev_is_pci(dev) ? function_flags(to_pci_dev(dev)) : stand_in_flags(dev);
}

static int stand_in_probe(struct platform_device *pdev)
{
	return endpoint_add(&pdev->dev);
}

static void stand_in_remove(struct platform_device *pdev)
{
	endpoint_remove(&pdev->dev);
}

static const struct of_device_id stand_in_match[] = { { .compatible = "invbench,endpoint" }, {} };
MODULE_DEVICE_TABLE(of, stand_in_match);

static struct platform_driver stand_in_driver = {
	.probe = stand_in_probe,
	.remove = stand_in_remove,
	.driver = {
		.name = "invbench",
		.of_match_table = stand_in_match,
	},
	/* Not driver_managed_dma: while it is bound, the core lets nobody change or take its group. */
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
static const struct pci_device_id function_match[] = { {} };

static struct pci_driver function_driver = {
	.name = "invbench",
	.id_table = function_match,
	.probe = function_probe,
	.remove = function_remove,
};

int drivers_register(void)
{
	int err = platform_driver_register(&stand_in_driver);

	if (err)
		return err;
	err = pci_register_driver(&function_driver);
	if (err)
		platform_driver_unregister(&stand_in_driver);
	return err;
}

void drivers_unregister(void)
{
	pci_unregister_driver(&function_driver);
	platform_driver_unregister(&stand_in_driver);
}
