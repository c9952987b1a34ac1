/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * With SHIM_GENERIC_PAIR this is a tree that has exception_enter() and
 * exception_exit(), and says so by the guard of the kernel's header; without
 * it, a tree that leaves both to the port.
 */
#ifndef _SHIM_LINUX_CONTEXT_TRACKING_H
#define _SHIM_LINUX_CONTEXT_TRACKING_H

#ifdef SHIM_GENERIC_PAIR
#define _LINUX_CONTEXT_TRACKING_H
#endif

#include <asm/ptrace.h>
#include <linux/context_tracking_state.h>
#include <linux/instrumentation.h>
#include <linux/sched.h>

#ifdef SHIM_TRACKING

void user_enter(void);
void user_exit(void);
void user_enter_irqoff(void);
void user_exit_irqoff(void);

#if SHIM_SINCE(6, 0)
void user_enter_callable(void);
void user_exit_callable(void);
int ct_state(void);
int __ct_state(void);
#else
void context_tracking_user_enter(void);
void context_tracking_user_exit(void);
enum ctx_state ct_state(void);
#endif

void shim_warn(void);

#define CT_WARN_ON(condition) \
	do { \
		if (condition) \
			shim_warn(); \
	} while (0)

#ifdef SHIM_GENERIC_PAIR
#ifdef SHIM_OFFSTACK
static inline enum ctx_state exception_enter(void)
{
	return (enum ctx_state)0;
}

static inline void exception_exit(enum ctx_state previous __always_unused) { }
#else
enum ctx_state exception_enter(void);
void exception_exit(enum ctx_state previous);
#endif
#endif /* SHIM_GENERIC_PAIR */

#else /* !SHIM_TRACKING */

static inline void user_enter(void) { }
static inline void user_exit(void) { }
static inline void user_enter_irqoff(void) { }
static inline void user_exit_irqoff(void) { }

#if SHIM_SINCE(6, 0)
static inline int ct_state(void) { return -1; }
static inline int __ct_state(void) { return -1; }
#else
static inline enum ctx_state ct_state(void) { return CONTEXT_DISABLED; }
#endif

#define CT_WARN_ON(condition)	do { } while (0)

#ifdef SHIM_GENERIC_PAIR
#if SHIM_SINCE(6, 0)
static inline int exception_enter(void) { return 0; }
#else
static inline enum ctx_state exception_enter(void) { return CONTEXT_KERNEL; }
#endif

static inline void exception_exit(enum ctx_state previous __always_unused) { }
#endif /* SHIM_GENERIC_PAIR */

#endif /* SHIM_TRACKING */

#endif /* _SHIM_LINUX_CONTEXT_TRACKING_H */
