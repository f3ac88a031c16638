// SPDX-License-Identifier: GPL-2.0-only
/* no_ats.c - why endpoints have no ATS. */
#include "device.h"
#include "no_ats.h"

#define TAKEN (INVBENCH_EP_ATTACHED | INVBENCH_EP_BOUND | INVBENCH_EP_CLAIMED)

const char *no_ats_why(const struct endpoints *list, struct sentence *text)
{
	struct device device;

	text->text[0] = '\0';
	for (unsigned int i = 0; i < list->count && !text->text[0]; i++) {
		const struct invbench_endpoint *ep = &list->ep[i];

		if (!(ep->flags & (TAKEN | INVBENCH_EP_ATS)) && !device_find(ep->name, &device) && device.no_ats[0])
			sentence(text, 0, " (%s: %s)", ep->name, device.no_ats);
	}
	return text->text;
}
