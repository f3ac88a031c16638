// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel half of invbench: domains, endpoints and timed operations on
 * them for /dev/invbench. invbench.h is its interface.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>

#include "internal.h"

struct bench_file {
	struct mutex lock;	/* one call at a time */
	struct xarray domains;	/* of struct bench_domain, by number */
};

static bool all_zero(const void *data, size_t size)
{
	return !memchr_inv(data, 0, size);
}

static int bench_open(struct inode *inode, struct file *file)
{
	struct bench_file *bf = kzalloc(sizeof(*bf), GFP_KERNEL_ACCOUNT);

	if (!bf)
		return -ENOMEM;
	mutex_init(&bf->lock);
	xa_init_flags(&bf->domains, XA_FLAGS_ALLOC);
	file->private_data = bf;
	return nonseekable_open(inode, file);
}

static int bench_release(struct inode *inode, struct file *file)
{
	struct bench_file *bf = file->private_data;
	struct bench_domain *domain;
	unsigned long number;

	xa_for_each(&bf->domains, number, domain) {
		endpoints_detach_all(domain);
		iommu_domain_free(domain->iommu);
		kfree(domain);
	}
	xa_destroy(&bf->domains);
	mutex_destroy(&bf->lock);
	kfree(bf);
	return 0;
}

static int ioctl_info(void __user *arg)
{
	struct invbench_info info = {
		.abi = INVBENCH_ABI,
		.endpoints = endpoints_count(),
	};

	return copy_to_user(arg, &info, sizeof(info)) ? -EFAULT : 0;
}

static int ioctl_endpoint(void __user *arg)
{
	struct invbench_endpoint endpoint;
	int err;

	if (copy_from_user(&endpoint, arg, sizeof(endpoint)))
		return -EFAULT;
	if (endpoint.reserved)
		return -EINVAL;
	err = endpoint_describe(&endpoint);
	if (err)
		return err;
	return copy_to_user(arg, &endpoint, sizeof(endpoint)) ? -EFAULT : 0;
}

static int ioctl_domain_alloc(struct bench_file *bf, void __user *arg)
{
	struct bench_domain *domain;
	struct invbench_domain in;
	int err;

	if (copy_from_user(&in, arg, sizeof(in)))
		return -EFAULT;
	if (!all_zero(in.reserved, sizeof(in.reserved)))
		return -EINVAL;

	domain = kzalloc(sizeof(*domain), GFP_KERNEL_ACCOUNT);
	if (!domain)
		return -ENOMEM;
	domain->iommu = endpoint_domain_alloc(in.endpoint);
	if (IS_ERR(domain->iommu)) {
		err = PTR_ERR(domain->iommu);
		goto free_domain;
	}
	err = xa_alloc(&bf->domains, &in.domain, domain, XA_LIMIT(0, INVBENCH_MAX_DOMAINS - 1), GFP_KERNEL_ACCOUNT);
	if (err)
		goto free_iommu;
	if (copy_to_user(arg, &in, sizeof(in))) {
		err = -EFAULT;
		goto erase;
	}
	return 0;

erase:
	xa_erase(&bf->domains, in.domain);
free_iommu:
	iommu_domain_free(domain->iommu);
free_domain:
	kfree(domain);
	return err;
}

static int ioctl_attach(struct bench_file *bf, void __user *arg, bool attach)
{
	struct bench_domain *domain;
	struct invbench_attach in;
	int err;

	if (copy_from_user(&in, arg, sizeof(in)))
		return -EFAULT;
	if (!all_zero(in.reserved, sizeof(in.reserved)))
		return -EINVAL;
	domain = xa_load(&bf->domains, in.domain);
	if (!domain)
		return -ENOENT;

	if (attach)
		err = endpoint_attach(in.endpoint, domain, &in.elapsed_ns);
	else
		err = endpoint_detach(in.endpoint, domain, &in.elapsed_ns);
	if (err)
		return err;
	return copy_to_user(arg, &in, sizeof(in)) ? -EFAULT : 0;
}

static int ioctl_run(struct bench_file *bf, void __user *arg)
{
	struct bench_domain *domain;
	struct invbench_run run;
	int err;

	if (copy_from_user(&run, arg, sizeof(run)))
		return -EFAULT;
	if (run.reserved || !all_zero(run.reserved2, sizeof(run.reserved2)))
		return -EINVAL;
	domain = xa_load(&bf->domains, run.domain);
	if (!domain)
		return -ENOENT;
	err = bench_run(domain, &run);
	if (err)
		return err;
	return copy_to_user(arg, &run, sizeof(run)) ? -EFAULT : 0;
}

static long bench_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct bench_file *bf = file->private_data;
	void __user *uarg = (void __user *)arg;
	long ret;

	if (cmd == INVBENCH_INFO)
		return ioctl_info(uarg);

	if (mutex_lock_killable(&bf->lock))
		return -EINTR;
	switch (cmd) {
	case INVBENCH_ENDPOINT:
		ret = ioctl_endpoint(uarg);
		break;
	case INVBENCH_DOMAIN_ALLOC:
		ret = ioctl_domain_alloc(bf, uarg);
		break;
	case INVBENCH_ATTACH:
	case INVBENCH_DETACH:
		ret = ioctl_attach(bf, uarg, cmd == INVBENCH_ATTACH);
		break;
	case INVBENCH_RUN:
		ret = ioctl_run(bf, uarg);
		break;
	default:
		ret = -ENOTTY;
	}
	mutex_unlock(&bf->lock);
	return ret;
}

static const struct file_operations bench_fops = {
	.owner = THIS_MODULE,	/* an open descriptor keeps the module in */
	.open = bench_open,
	.release = bench_release,
	.unlocked_ioctl = bench_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice bench_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "invbench",
	.fops = &bench_fops,
	.mode = 0600,
};

static int __init bench_init(void)
{
	int err = endpoints_register();

	if (err)
		return err;
	err = misc_register(&bench_device);
	if (err)
		endpoints_unregister();
	return err;
}

static void __exit bench_exit(void)
{
	misc_deregister(&bench_device);
	endpoints_unregister();
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_DESCRIPTION("Times IOMMU map, unmap and invalidation; the kernel half of invbench");
MODULE_LICENSE("GPL");
