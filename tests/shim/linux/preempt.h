/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _SHIM_LINUX_PREEMPT_H
#define _SHIM_LINUX_PREEMPT_H

void shim_preempt_count_add(int value);

#define preempt_disable()		shim_preempt_count_add(1)
#define preempt_enable_no_resched()	shim_preempt_count_add(-1)

#endif /* _SHIM_LINUX_PREEMPT_H */
