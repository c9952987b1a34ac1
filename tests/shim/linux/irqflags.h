/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _SHIM_LINUX_IRQFLAGS_H
#define _SHIM_LINUX_IRQFLAGS_H

#include <shim_release.h>

void lockdep_hardirqs_on(unsigned long ip);
void lockdep_hardirqs_off(unsigned long ip);
#if SHIM_SINCE(5, 19)
void lockdep_hardirqs_on_prepare(void);
#else
void lockdep_hardirqs_on_prepare(unsigned long ip);
#endif

void trace_hardirqs_on(void);
void trace_hardirqs_off(void);
void trace_hardirqs_on_prepare(void);
void trace_hardirqs_off_finish(void);

void shim_hardirq_context_add(int value);

#define lockdep_hardirq_enter()	shim_hardirq_context_add(1)
#define lockdep_hardirq_exit()	shim_hardirq_context_add(-1)

void shim_irq_flag(int on);

#define raw_local_irq_enable()	shim_irq_flag(1)
#define raw_local_irq_disable()	shim_irq_flag(0)

#endif /* _SHIM_LINUX_IRQFLAGS_H */
