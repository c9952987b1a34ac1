/* A header that provides the pair for builds without tracking: stubs of these names are no calls. */
#ifndef _ASM_TRAP_TRACKING_H
#define _ASM_TRAP_TRACKING_H

#ifdef CONFIG_CONTEXT_TRACKING_USER
extern enum ctx_state exception_enter(void);
extern void exception_exit(enum ctx_state prev_state);
#else
static inline enum ctx_state exception_enter(void)
{
	return CT_STATE_KERNEL;
}

static inline void exception_exit(enum ctx_state prev_state) { }
#define exception_enter exception_enter
#define exception_exit exception_exit
#endif

#endif
