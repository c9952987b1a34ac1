/* Other names of the pair by #define are the pair. */
#define trap_enter		exception_enter
#define trap_leave(state)	exception_exit(state)

void do_aliased(struct pt_regs *regs)
{
	enum ctx_state prev = trap_enter();

	if (!user_mode(regs)) {
		trap_leave(prev);
		return;
	}
	force_sig(SIGILL);
	trap_leave(prev);
}
