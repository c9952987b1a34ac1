/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _SHIM_LINUX_HARDIRQ_H
#define _SHIM_LINUX_HARDIRQ_H

#include <shim_release.h>

void irq_enter_rcu(void);
void irq_exit_rcu(void);

#if SHIM_SINCE(6, 0)
void ct_irq_enter(void);
void ct_irq_exit(void);
void ct_nmi_enter(void);
void ct_nmi_exit(void);
#else
void rcu_irq_enter(void);
void rcu_irq_exit(void);
void rcu_nmi_enter(void);
void rcu_nmi_exit(void);
#endif

void shim_nmi_count_add(int value);

#define __nmi_enter()	shim_nmi_count_add(1)
#define __nmi_exit()	shim_nmi_count_add(-1)

#endif /* _SHIM_LINUX_HARDIRQ_H */
