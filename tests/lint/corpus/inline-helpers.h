/* A header with the two halves as inline helpers and a handler that uses them. */
#ifndef _TRAP_HELPERS_H
#define _TRAP_HELPERS_H

static __always_inline enum ctx_state begin_trap(struct pt_regs *regs)
{
	enum ctx_state was = exception_enter();

	mark_trap(regs);
	return was;
}

static __always_inline void end_trap(enum ctx_state was)
{
	exception_exit(was);
}

static inline void handle_simple_trap(struct pt_regs *regs)
{
	enum ctx_state was = begin_trap(regs);

	force_sig(SIGILL);
	end_trap(was);
}
#endif
