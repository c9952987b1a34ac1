/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _SHIM_LINUX_SCHED_H
#define _SHIM_LINUX_SCHED_H

#include <linux/linkage.h>
#include <linux/types.h>

struct task_struct;

struct task_struct *shim_current(void);
#define current	shim_current()

bool is_idle_task(const struct task_struct *task);
bool need_resched(void);

/* As in the kernel, no header declares schedule_user(). */
asmlinkage void schedule(void);
asmlinkage void preempt_schedule_irq(void);

#endif /* _SHIM_LINUX_SCHED_H */
