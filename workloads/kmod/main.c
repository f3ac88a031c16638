// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel half of invbench: domains, endpoints and timed operations on
 * them for /dev/invbench. invbench.h is its interface.
 */
#include <linux/atomic.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/log2.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>

#include "internal.h"

struct bench_file {
	struct mutex lock;     /* one call at a time */
	struct xarray domains; /* of struct bench_domain, by number */
	struct bench_mm mm;
};

static atomic_t all_domains = ATOMIC_INIT(0); /* of all descriptors */

static int bench_open(struct inode *inode, struct file *file)
{
	struct bench_file *bf;

	/* Whoever was given the node, in a container say, cannot stop the traffic of devices. */
	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	bf = kzalloc(sizeof(*bf), GFP_KERNEL_ACCOUNT);
	if (!bf)
		return -ENOMEM;
	mutex_init(&bf->lock);
	bf->mm.owner = bf;
	xa_init_flags(&bf->domains, XA_FLAGS_ALLOC);
	file->private_data = bf;
	return nonseekable_open(inode, file);
}

static void domain_free(struct bench_domain *domain)
{
	endpoints_domain_free(domain);
	kfree(domain);
	atomic_dec(&all_domains);
}

static int bench_release(struct inode *inode, struct file *file)
{
	struct bench_file *bf = file->private_data;
	struct bench_domain *domain;
	unsigned long number;

	xa_for_each(&bf->domains, number, domain) domain_free(domain);
	endpoints_unbind_all(&bf->mm);
	if (bf->mm.mm)
		mmdrop(bf->mm.mm);
	endpoints_release_all(bf);
	xa_destroy(&bf->domains);
	mutex_destroy(&bf->lock);
	kfree(bf);
	return 0;
}

#ifdef INVBENCH_DOMAIN_FLAGS
#define STAGE2_FLAGS INVBENCH_INFO_NESTS
#else
#define STAGE2_FLAGS 0
#endif

static int ioctl_info(void __user *arg)
{
	struct invbench_info info = {
		.abi = INVBENCH_ABI,
		.flags = (ring_present() ? INVBENCH_INFO_MODEL : 0) | STAGE2_FLAGS,
	};

	endpoints_count(&info.endpoints, &info.generation);
	return copy_to_user(arg, &info, sizeof(info)) ? -EFAULT : 0;
}

static int ioctl_endpoint(void __user *arg)
{
	struct invbench_endpoint endpoint;
	int err;

	if (copy_from_user(&endpoint, arg, sizeof(endpoint)))
		return -EFAULT;
	err = endpoint_describe(&endpoint);
	if (err)
		return err;
	return copy_to_user(arg, &endpoint, sizeof(endpoint)) ? -EFAULT : 0;
}

static struct bench_domain *domain_alloc(struct bench_file *bf, const struct invbench_domain *in)
{
	struct bench_domain *domain;
	int err = -ENOSPC;

	if (!atomic_add_unless(&all_domains, 1, INVBENCH_ALL_DOMAINS))
		return ERR_PTR(err);
	err = -ENOMEM;
	domain = kzalloc(sizeof(*domain), GFP_KERNEL_ACCOUNT);
	if (!domain)
		goto uncount;
	spin_lock_init(&domain->lock);
	init_waitqueue_head(&domain->idle);
	domain->owner = bf;
	domain->number = ring_number();
	err = endpoint_domain_alloc(in, domain);
	if (!err)
		return domain;
	kfree(domain);
uncount:
	atomic_dec(&all_domains);
	return ERR_PTR(err);
}

static int ioctl_domain_alloc(struct bench_file *bf, void __user *arg)
{
	struct bench_domain *domain;
	struct invbench_domain in;
	int err;

	if (copy_from_user(&in, arg, sizeof(in)))
		return -EFAULT;
	domain = domain_alloc(bf, &in);
	if (IS_ERR(domain))
		return PTR_ERR(domain);
	err = xa_alloc(&bf->domains, &in.domain, domain, XA_LIMIT(0, INVBENCH_MAX_DOMAINS - 1), GFP_KERNEL_ACCOUNT);
	if (err) {
		domain_free(domain);
		return err == -EBUSY ? -ENOSPC : err;
	}
	if (copy_to_user(arg, &in, sizeof(in))) {
		xa_erase(&bf->domains, in.domain);
		domain_free(domain);
		return -EFAULT;
	}
	return 0;
}

static int ioctl_attach(struct bench_file *bf, void __user *arg, bool attach)
{
	struct bench_domain *domain;
	struct invbench_attach in;
	struct endpoint_id id;
	int err;

	if (copy_from_user(&in, arg, sizeof(in)))
		return -EFAULT;
	if (in.reserved)
		return -EINVAL;
	id = (struct endpoint_id){ in.endpoint, in.generation };
	domain = xa_load(&bf->domains, in.domain);
	if (!domain || domain->dma)
		return -ENOENT;

	if (attach)
		err = endpoint_attach(id, domain, &in.elapsed_ns);
	else
		err = endpoint_detach(id, domain, &in.elapsed_ns);
	if (err)
		return err;
	return copy_to_user(arg, &in, sizeof(in)) ? -EFAULT : 0;
}

/* The first process to bind something is the descriptor's for good. */
static int adopt_mm(struct bench_mm *mm)
{
	if (mm->mm)
		return mm->mm == current->mm ? 0 : -EPERM;
	mmgrab(current->mm);
	mm->mm = current->mm;
	/* Release pairs with the acquire in report_mm(), which runs without the descriptor's lock. */
	smp_store_release(&mm->number, ring_number());
	return 0;
}

static int ioctl_sva(struct bench_file *bf, void __user *arg, bool bind)
{
	struct invbench_sva in;
	int err;

	if (copy_from_user(&in, arg, sizeof(in)))
		return -EFAULT;
	if (in.reserved)
		return -EINVAL;

	if (bind) {
		err = adopt_mm(&bf->mm);
		if (!err)
			err = endpoint_bind(&bf->mm, &in);
	} else {
		err = endpoint_unbind(&bf->mm, &in);
	}
	if (err)
		return err;
	return copy_to_user(arg, &in, sizeof(in)) ? -EFAULT : 0;
}

static int ioctl_claim(struct bench_file *bf, void __user *arg, bool claim)
{
	struct invbench_claim in;
	struct endpoint_id id;
	int err;

	if (copy_from_user(&in, arg, sizeof(in)))
		return -EFAULT;
	id = (struct endpoint_id){ in.endpoint, in.generation };
	if (claim)
		err = endpoint_claim(id, bf, &in.elapsed_ns);
	else
		err = endpoint_release(id, bf, &in.elapsed_ns);
	if (err)
		return err;
	return copy_to_user(arg, &in, sizeof(in)) ? -EFAULT : 0;
}

static int ioctl_mark(void __user *arg)
{
	struct invbench_mark in;

	if (copy_from_user(&in, arg, sizeof(in)))
		return -EFAULT;
	if (in.reserved || in.pass > RING_PASS_CHECKED || in.begin > 1)
		return -EINVAL;
	return ring_mark(&in);
}

static int ioctl_control(void __user *arg)
{
	struct invbench_control in;

	if (copy_from_user(&in, arg, sizeof(in)))
		return -EFAULT;
	if (!in.text[0] || !memchr(in.text, '\0', sizeof(in.text)))
		return -EINVAL;
	return ring_control(in.text);
}

/* The number by which the model knows the caller's mm. */
static int report_mm(const struct bench_mm *mm, u32 *number)
{
	if (!ring_present())
		return -ENODEV;
	/* Acquire: the mm was set before the number. */
	*number = smp_load_acquire(&mm->number);
	if (!*number)
		return -ENOENT;
	return mm->mm == current->mm ? 0 : -EPERM;
}

static int ioctl_report_begin(struct bench_file *bf, void __user *arg)
{
	struct invbench_report in;
	u64 end;
	u32 mm;
	int err;

	if (copy_from_user(&in, arg, sizeof(in)))
		return -EFAULT;
	if (!is_power_of_2(in.grain) || (in.iova | in.size) & (in.grain - 1) ||
	    check_add_overflow(in.iova, in.size, &end))
		return -EINVAL;
	err = report_mm(&bf->mm, &mm);
	if (err)
		return err;
	in.id = ring_begin(mm, in.iova, in.size, in.grain);
	return copy_to_user(arg, &in, sizeof(in)) ? -EFAULT : 0;
}

static int ioctl_report_return(struct bench_file *bf, void __user *arg)
{
	struct invbench_report in;
	u32 mm;
	int err;

	if (copy_from_user(&in, arg, sizeof(in)))
		return -EFAULT;
	err = report_mm(&bf->mm, &mm);
	if (err)
		return err;
	ring_return(mm, in.id);
	return 0;
}

/* A domain is there until its descriptor is closed, which a call on it holds off. */
static int run_begin(struct bench_file *bf, u32 number, struct bench_domain **domain)
{
	int err = 0;

	if (mutex_lock_killable(&bf->lock))
		return -EINTR;
	*domain = xa_load(&bf->domains, number);
	if (!*domain)
		err = -ENOENT;
	else if (smp_load_acquire(&(*domain)->running)) /* Acquire pairs with the release in run_end(). */
		err = -EBUSY;
	else
		(*domain)->running = true;
	mutex_unlock(&bf->lock);
	return err;
}

/* Without the lock: another call of the process may have it, and wait for the process's memory. */
static void run_end(struct bench_domain *domain)
{
	/* Release pairs with the acquire in run_begin(): the next run finds no trace of this one. */
	smp_store_release(&domain->running, false);
}

static int ioctl_run(struct bench_file *bf, void __user *arg)
{
	struct bench_domain *domain;
	struct invbench_run run;
	int err;

	if (copy_from_user(&run, arg, sizeof(run)))
		return -EFAULT;
	if (run.reserved || run.reserved2)
		return -EINVAL;
	err = run_begin(bf, run.domain, &domain);
	if (err)
		return err;
	err = bench_run(domain, &run);
	run_end(domain);
	if (err)
		return err;
	return copy_to_user(arg, &run, sizeof(run)) ? -EFAULT : 0;
}

/* With the descriptor's lock held. */
static long locked_ioctl(struct bench_file *bf, unsigned int cmd, void __user *arg)
{
	switch (cmd) {
	case INVBENCH_ENDPOINT:
		return ioctl_endpoint(arg);
	case INVBENCH_DOMAIN_ALLOC:
		return ioctl_domain_alloc(bf, arg);
	case INVBENCH_ATTACH:
	case INVBENCH_DETACH:
		return ioctl_attach(bf, arg, cmd == INVBENCH_ATTACH);
	case INVBENCH_SVA_BIND:
	case INVBENCH_SVA_UNBIND:
		return ioctl_sva(bf, arg, cmd == INVBENCH_SVA_BIND);
	case INVBENCH_CLAIM:
	case INVBENCH_RELEASE:
		return ioctl_claim(bf, arg, cmd == INVBENCH_CLAIM);
	case INVBENCH_MARK:
		return ioctl_mark(arg);
	case INVBENCH_CONTROL:
		return ioctl_control(arg);
	default:
		return -ENOTTY;
	}
}

static long bench_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct bench_file *bf = file->private_data;
	void __user *uarg = (void __user *)arg;
	long ret;

	switch (cmd) {
	case INVBENCH_INFO:
		return ioctl_info(uarg);
	case INVBENCH_REPORT_BEGIN:
		return ioctl_report_begin(bf, uarg);
	case INVBENCH_REPORT_RETURN:
		return ioctl_report_return(bf, uarg);
	case INVBENCH_RUN:
		return ioctl_run(bf, uarg);
	}

	if (mutex_lock_killable(&bf->lock))
		return -EINTR;
	ret = locked_ioctl(bf, cmd, uarg);
	mutex_unlock(&bf->lock);
	return ret;
}

static const struct file_operations bench_fops = {
	.owner = THIS_MODULE, /* an open descriptor keeps the module in */
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
	int err;

	ring_open();
	err = drivers_register();
	if (err)
		goto close_ring;
	err = misc_register(&bench_device);
	if (err)
		goto unregister;
	return 0;

unregister:
	drivers_unregister();
close_ring:
	ring_close();
	return err;
}

static void __exit bench_exit(void)
{
	misc_deregister(&bench_device);
	drivers_unregister();
	ring_close();
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_DESCRIPTION("Times IOMMU map, unmap and invalidation; the kernel half of invbench");
MODULE_LICENSE("GPL");
